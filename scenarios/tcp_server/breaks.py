"""Ways to break TCP server, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    # Nobody asks this server for anything: to know who calls, it must have been called.
    Break(
        "the server greets before it looks who calls",
        edit("server.py", "Hello %s", "Hello all%.0s"),
    ),
    Break(
        "the server says a name that is known beforehand",
        edit("server.py", 'sys.argv[1].encode("ascii")', 'b"marble"'),
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "client.py",
            'print(answer.read().decode("ascii").rstrip() or "nothing")',
            'answer.read(); print(f"Hello {s.getsockname()[0]} from marble")',
        ),
    ),
    Break("the server says a word more", edit("server.py", "%s\\n", "%s\\nBye\\n")),
    Break("the server prints what it should have seen", edit("server.py", "{a[1]}", "44696")),
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
    Break(
        "the mistaken server says its mistake, and has greeted",
        edit("slide.py", "        c.send(", "        c.send(b'Hello\\n'); c.send("),
    ),
    Break("the mistaken server sees nobody", edit("slide.py", 'print("Received connection")', "")),
    Break("the server is cut off from the network", cut_off("server")),
]
