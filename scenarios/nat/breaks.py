"""Ways to break NAT, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

breaks = [
    Break("the router lets nothing through", cut_off("nat")),
    Break("nothing gets through to the client", cut_off("inside")),
    Break("the server says other words", edit("server.py", "{sys.argv[1]}", "marble")),
    Break("the client says other words", edit("client.py", "sys.argv[2].encode()", 'b"violet"')),
    Break(
        "the server prints what it should have heard",
        edit("server.py", '"I hear", who', '"I hear violet"'),
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "client.py",
            "print(connection.makefile().read())",
            "connection.makefile().read(); print(f'marble hears {sys.argv[2]} from 10.77.0.4')",
        ),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "server.py",
            "        who =",
            '        connection.sendall(b"marble hears violet")\n        who =',
        ),
        edit("server.py", 'connection.sendall(f"{sys.argv[1]} hears {who}".encode())', "pass"),
    ),
    Break(
        "the server speaks first, and the client waits for it",
        edit("server.py", "        who =", '        connection.sendall(b"Hello")\n        who ='),
        edit("client.py", "connection.sendall(", "connection.recv(5); connection.sendall("),
    ),
    Break("the server calls itself", replace_words("knock.py {inside}", "knock.py {server}")),
    Break(
        "the client asks the router itself, which does not translate then",
        replace_words("client.py server", "client.py nat"),
    ),
]
