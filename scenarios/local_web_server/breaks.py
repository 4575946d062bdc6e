"""Ways to break local web server, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit


def ask(old, new):
    """Have the client ask for another URL."""
    return edit("fetch.py", "urlopen(url)", f"urlopen(url.replace({old!r}, {new!r}))")


breaks = [
    Break("localhost is asked for by the server's name", ask("localhost", "server")),
    Break(
        "the server's page says something else", edit("site/hello.html", "Hello", "Good morning")
    ),
    Break("the client asks for another file", ask("hello.html", "notes.txt")),
    Break("the client asks for a file that is there", ask("nowhere.html", "hello.html")),
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
