"""Ways to break request and response, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the server hangs up after each answer",
        edit("server.py", 'protocol_version = "HTTP/1.1"', 'protocol_version = "HTTP/1.0"'),
    ),
    Break("the client of HTTP/1.0 asks for more", edit("once.py", "/ HTTP/1.0", "/more HTTP/1.0")),
    Break(
        "the client of HTTP/1.0 speaks 1.1 and wants to go on",
        edit("once.py", "/lie HTTP/1.0", "/lie HTTP/1.1"),
    ),
    Break("the page says something else", edit("server.py", "<h1>Hello {", "<h1>Welcome {")),
    Break(
        "HEAD is answered with the page as well",
        edit("server.py", 'if self.command != "HEAD":', "if True:"),
    ),
    Break(
        "HEAD is answered without a length",
        edit(
            "server.py",
            '        self.send_header("Content-Length"',
            '        if self.command != "HEAD": self.send_header("Content-Length"',
        ),
    ),
    Break("the server does not shout", edit("server.py", "{words}!", "{words}")),
    Break("the client posts something else", edit("kept.py", "shout)", "shout.title())")),
    Break("what is not found is said to be fine", edit("server.py", "404", "200")),
    Break(
        "the server hangs up after a page that it does not have",
        edit(
            "server.py",
            "        else:\n",
            "        else:\n            self.close_connection = True\n",
        ),
    ),
    Break("the server tells the truth", edit("server.py", "lie=10", "lie=0")),
    Break("the server keeps quiet about what it did", edit("server.py", "{self.requestline}", "?")),
    Break(
        "the client of HTTP/1.1 does not count",
        edit("kept.py", 'print(f"error: {error}")', "print(error.partial)"),
    ),
    Break(
        "the client of HTTP/1.1 hangs up after each answer",
        edit("kept.py", "    try:", "    answer.close, connection.close()\n    try:"),
    ),
    Break(
        "the server prints what it should have heard",
        edit("server.py", "{self.requestline}", "{self.requestline.replace(self.path, '/garden')}"),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "server.py",
            "        words =",
            "        self.answer(200, 'marble shouts violet!')\n        words =",
        ),
        edit("server.py", '        self.answer(200, f"{sys.argv[1]} shouts {words}!")\n', ""),
    ),
    Break(
        "the client of HTTP/1.0 prints what it should have heard",
        edit("once.py", "{body!r}", "{body.replace(body[10:16], 'marble')!r}"),
    ),
    Break(
        "the client of HTTP/1.1 prints what it should have heard",
        edit("kept.py", "{page.decode()!r}", "{page[:6] + b' shouts violet!'!r}"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
