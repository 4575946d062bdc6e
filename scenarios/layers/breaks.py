"""Ways to break layers, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

breaks = [
    Break("the second router lets nothing through", cut_off("router2")),
    Break("the client greets the server next door instead", replace_words("remote", "server")),
    Break("the server answers something else", edit("server.py", "{sys.argv[1]}", "marble")),
    Break(
        "the server prints what it should have heard",
        edit("server.py", ": {greeting}", ": Hello from violet"),
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "client.py",
            "print(connection.recv(1024).decode())",
            'connection.recv(1024); print(f"marble heard Hello from {sys.argv[2]}")',
        ),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "server.py",
            "    greeting =",
            '    connection.sendall(b"marble heard Hello from violet")\n    greeting =',
        ),
        edit("server.py", 'connection.sendall(f"{sys.argv[1]} heard {greeting}".encode())', "pass"),
    ),
    Break(
        "the server speaks first, and the client waits for it",
        edit("server.py", "    greeting =", '    connection.sendall(b"Welcome")\n    greeting ='),
        edit(
            "client.py",
            "    connection.sendall(",
            "    connection.recv(7, socket.MSG_WAITALL)\n    connection.sendall(",
        ),
    ),
    Break(
        "the client greets twice",
        edit(
            "client.py",
            "    print(",
            '    connection.sendall(f"Hello from {sys.argv[2]}".encode())\n    print(',
        ),
    ),
    Break(
        "a short life: the client's packets may cross one router only",
        edit(
            "client.py",
            "    connection.sendall(",
            "    connection.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)\n"
            "    if connection.family == socket.AF_INET6:\n"
            "        connection.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 1)\n"
            "    connection.sendall(",
        ),
    ),
]
