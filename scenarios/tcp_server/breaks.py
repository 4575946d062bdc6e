"""Ways to break TCP server, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the server greets everybody alike", edit("server.py", "Hello %s", "Hello all%.0s")),
    Break("the server says a word more", edit("server.py", "%s\\n", "%s\\nBye\\n")),
    Break("the server prints another port", edit("server.py", "{a[1]}", "{a[1] + 1}")),
    Break(
        "the server serves a single client",
        edit("server.py", "    while True:", "    for _ in range(1):"),
    ),
    Break(
        "the server gives up after the third client",
        edit("server.py", "    while True:", "    for _ in range(3):"),
    ),
    Break(
        "the server never closes",
        edit("server.py", "with c:", "if k := [*globals().get('k', []), c]:"),
    ),
    Break(
        "the client speaks too",
        edit(
            "client.py",
            "    print(answer",
            "    s.sendall(b'Hi')\n    print(answer",
        ),
    ),
    Break(
        "the mistaken server sends bytes",
        edit("slide.py", '"Hello %s\\n" % a[0]', 'b"Hello\\n"'),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
