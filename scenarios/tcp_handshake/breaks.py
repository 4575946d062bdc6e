"""Ways to break TCP handshake, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

CONNECT = "with socket.create_connection((sys.argv[1], 15000)) as connection:"

breaks = [
    Break("the client sends another byte", edit("client.py", 'b"a"', 'b"b"')),
    Break("the client sends two bytes", edit("client.py", 'b"a"', 'b"aa"')),
    Break("the server keeps the byte to itself", edit("server.py", "question.upper()", 'b""')),
    Break(
        "the server closes first",
        edit("server.py", "question.upper())", "question.upper()); connection.shutdown(1)"),
        edit("client.py", "connection.recv(1)}", "connection.recv(1) + connection.recv(1)}"),
    ),
    Break(
        "the client hangs up with a reset",
        edit(
            "client.py",
            "    connection.sendall",
            "    connection.setsockopt(1, 13, b'\\1\\0\\0\\0' + bytes(4))\n    connection.sendall",
        ),
    ),
    Break(
        "the client takes only small segments",
        edit(
            "client.py",
            CONNECT,
            "*kind, _, address = socket.getaddrinfo(sys.argv[1], 15000, type=1)[0]\n"
            "connection = socket.socket(*kind)\n"
            "connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 500)\n"
            "connection.connect(address)\n"
            "with connection:",
        ),
    ),
    Break("the client calls another port", edit("client.py", "15000", "15009")),
    Break("the server is cut off from the network", cut_off("server")),
]
