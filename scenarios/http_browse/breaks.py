"""Ways to break HTTP browse, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the page says something else", edit("browse.py", "Hello World!", "Hello there!")),
    Break("the server answers 404", edit("browse.py", "200 OK", "404 Not Found")),
    Break("the length is a lie", edit("browse.py", "{len(PAGE)}", "{len(PAGE) + 10}")),
    Break(
        "the header lines end like Unix lines",
        edit("browse.py", '"Connection: close\\r\\n"', '"Connection: close\\n"'),
    ),
    Break(
        "the server keeps the requests to itself",
        edit("browse.py", 'print(*request.decode("latin-1").splitlines(), sep="\\n")', "pass"),
    ),
    Break(
        "urllib asks for another page",
        edit("client.py", "urlopen(sys.argv[1])", "urlopen(sys.argv[1] + 'other')"),
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
