"""Ways to break TCP handshake, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

CONNECT = "with socket.create_connection((sys.argv[1], 15000)) as connection:"

REPLY = 'sys.argv[1].encode() + b" " + question.upper()'

breaks = [
    Break("the client says another word", edit("client.py", "sys.argv[2].encode()", 'b"violet"')),
    Break(
        "the client says a word and a byte",
        edit("client.py", "sys.argv[2].encode()", 'sys.argv[2].encode() + b"!"'),
    ),
    Break("the server keeps its answer to itself", edit("server.py", REPLY, 'b""')),
    Break(
        "the server prints what it should have heard",
        edit("server.py", 'f"heard {question}"', "\"heard b'violet'\""),
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "client.py",
            'f"heard {connection.recv(1024)}"',
            "connection.recv(1024) and f\"heard {b'marble ' + sys.argv[2].upper().encode()}\"",
        ),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "server.py",
            "    question =",
            "    connection.sendall(b'marble VIOLET')\n    question =",
        ),
        edit("server.py", f"    connection.sendall({REPLY})\n", ""),
    ),
    Break(
        "the server closes first",
        edit("server.py", f"{REPLY})", f"{REPLY}); connection.shutdown(1)"),
        edit("client.py", "connection.recv(1024)}", "connection.recv(1024)}{connection.recv(1)}"),
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
