"""Ways to break local web server, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

READ = "answer.read().decode()"
NOT_LAST = "urlopen(url if '.' not in url else url.rpartition('/')[0] + '/hello.html')"
FAKED = (
    "s=__import__('socket').create_server(('',8000),family=10,dualstack_ipv6=True);"
    "print('::1\\x20-\\x20-\\x20[]\\x20\"GET\\x20/\\x20HTTP/1.1\"\\x20200\\x20-');"
    "[s.accept()for(_)in'1234']"
)


def ask(old, new):
    """Have the client ask for another URL."""
    return edit("fetch.py", "urlopen(url)", f"urlopen(url.replace({old!r}, {new!r}))")


breaks = [
    Break("localhost is asked for by the server's name", ask("localhost", "server")),
    Break("another page is written", replace_words("site/hello.html", "site/index.txt")),
    Break(
        "the folder has a page with another name",
        replace_words("site/hello-{answer2}.html", "site/hello-winter.html"),
    ),
    Break(
        "both hosts print which files they should have heard of",
        edit("fetch.py", READ, f're.sub("hello-[a-z]+", "hello-winter", {READ})'),
    ),
    Break(
        "the client prints the page that it should have heard",
        edit("fetch.py", READ, f're.sub("from [a-z]+!", "from marble!", {READ})'),
    ),
    Break(
        "a script listens and writes a web server's log, and serves nothing",
        replace_words("-m http.server 8000 --bind :: --directory site", f"-c {FAKED}"),
    ),
    Break("the client asks for another file", ask("/hello.html", "/hello.htm")),
    Break("the client asks for a file that is there", edit("fetch.py", "urlopen(url)", NOT_LAST)),
    Break(
        "the client asks for a directory that is not there", ask("server:8000/", "server:8000/x/")
    ),
    Break("the server asks itself on another port", ask("localhost:8000", "localhost:8001")),
    Break("the client shows the tags", edit("fetch.py", 'NOT_TEXT.sub("", ', 'str("" + ')),
    Break(
        "someone looks a name up for localhost",
        edit("fetch.py", "import re\n", "import re, socket\nsocket.getaddrinfo('server', 8000)\n"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
