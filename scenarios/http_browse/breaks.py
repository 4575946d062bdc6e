"""Ways to break HTTP browse, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

SEND = "connection.sendall(HEAD.format(len(page)).encode() + page)"
BROWSE = "browse http://server:8080/{word3} --icons --screenshot page.png"
PRINTED = "print('Socket\\x20Lab\\nmarble\\x20heard\\x20GET\\x20/copper\\x20HTTP/1.1')"

breaks = [
    Break("the page has no word of the server's", edit("browse.py", "sys.argv[1]", '"marble"')),
    Break("the page says something else", edit("browse.py", "{} heard {}", "{} hears {}")),
    Break(
        "the server prints what it should have heard",
        edit("browse.py", "print(*lines", 'print("GET /violet HTTP/1.1", *lines[1:]'),
    ),
    Break(
        "the server answers before it is asked",
        edit("browse.py", SEND, "pass"),
        edit(
            "browse.py",
            '            request = b""\n',
            '            request = b""\n'
            '            page = PAGE.format(sys.argv[1], "GET /violet HTTP/1.1").encode()\n'
            f"            {SEND}\n",
        ),
    ),
    Break(
        "urllib's client prints what it should have heard",
        edit(
            "client.py",
            "answer.read().decode()",
            "re.sub('>.+ heard', '>marble heard', answer.read().decode())",
        ),
        edit("client.py", "import sys\n", "import re\nimport sys\n"),
    ),
    Break(
        "a script prints what Chromium should have shown, without opening a page",
        replace_words(BROWSE, f"python3 -c {PRINTED}"),
    ),
    Break("the server answers 404", edit("browse.py", "200 OK", "404 Not Found")),
    Break("the length is a lie", edit("browse.py", "len(page)", "len(page) + 10")),
    Break(
        "the header lines end like Unix lines",
        edit("browse.py", '"Connection: close\\r\\n"', '"Connection: close\\n"'),
    ),
    Break(
        "the server keeps the requests to itself",
        edit("browse.py", 'print(*lines, sep="\\n")', "pass"),
    ),
    Break(
        "urllib asks for another page",
        edit("client.py", "urlopen(sys.argv[1])", "urlopen(sys.argv[1] + 'r')"),
    ),
    Break(
        "the heading is white on white",
        edit("browse.py", "<h1>", "<h1 style='color: white'>"),
    ),
    Break(
        "the page brings an icon of its own",
        edit("browse.py", "<title>", "<link rel=icon href=data:,><title>"),
    ),
    Break(
        "the page has a picture from another host",
        edit("browse.py", "</h1>", "</h1><img src='http://client:8081/'>"),
    ),
    Break(
        "the server never closes",
        edit(
            "browse.py",
            "        with connection:\n",
            "        if kept := [*globals().get('kept', []), connection]:\n",
        ),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
