"""Ways to break TCP connect, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the server never answers", edit("server.py", "connection.sendall(f", "print(f")),
    Break("the server says other words", edit("server.py", "{sys.argv[1]}", "violet")),
    Break("the client says other words", edit("client.py", "sys.argv[2].encode()", 'b"violet"')),
    Break(
        "the server prints what it should have heard",
        edit(
            "server.py", "{address[0].removeprefix('::ffff:')}: {message}", "{address[0]}: violet"
        ),
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "client.py",
            "print(connection.recv(20, socket.MSG_WAITALL).decode())",
            'connection.recv(20, socket.MSG_WAITALL); print(f"marble greets {sys.argv[2]}")',
        ),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "server.py",
            "    message =",
            '    connection.sendall(f"{sys.argv[1]} greets violet".encode())\n    message =',
        ),
        edit("server.py", 'connection.sendall(f"{sys.argv[1]} greets {message}".encode())', "pass"),
    ),
    Break(
        "the server speaks first, and the client waits for it",
        edit("server.py", "    message =", '    connection.sendall(b"Welcome")\n    message ='),
        edit(
            "client.py",
            "connection.sendall(",
            "connection.recv(7, socket.MSG_WAITALL); connection.sendall(",
        ),
    ),
    Break(
        "the server answers with one segment",
        edit("server.py", ' greets {message}"', ' greets {message}Goodbye"'),
        edit("server.py", 'connection.sendall(b"Goodbye")', "pass"),
    ),
    Break(
        "the server forgets who called",
        edit("server.py", "{address[0].removeprefix('::ffff:')}", "somebody"),
    ),
    Break("the client calls another port", edit("client.py", "15000", "15009")),
    Break("the server listens on another port", edit("server.py", "15000", "15009")),
    Break(
        "the client closes first",
        edit(
            "client.py",
            "    print(connection.recv(1024))",
            "    connection.shutdown(1); print(connection.recv(1024))",
        ),
        edit(
            "server.py",
            'connection.sendall(b"Goodbye")',
            'connection.sendall(b"Goodbye"); connection.recv(1024)',
        ),
    ),
    Break(
        "the client does not wait in connect",
        edit(
            "client.py",
            "with socket.create_connection((sys.argv[1], 15000)) as connection:",
            "family, kind, *_, address = socket.getaddrinfo(sys.argv[1], 15000, type=1)[0]\n"
            "connection = socket.socket(family, kind)\n"
            "connection.setblocking(False)\n"
            "connection.connect_ex(address)\n"
            "connection.setblocking(True)\n"
            "with connection:",
        ),
    ),
    Break(
        "the client prints the end of the stream, and does not wait for it",
        edit("client.py", "print(connection.recv(1024))", 'print(b"")'),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
