"""Ways to break half close, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

SEND = 'connection.sendall("".join(f"{line}\\n" for line in answer).encode())'

breaks = [
    Break(
        "the client never says that it has no more",
        edit("client.py", "connection.shutdown(socket.SHUT_WR)", "pass"),
    ),
    Break(
        "the client ends both directions",
        edit("client.py", "socket.SHUT_WR", "socket.SHUT_RDWR"),
    ),
    Break(
        "the client leaves a line out",
        edit("client.py", "sys.argv[2:]", "sys.argv[3:]"),
    ),
    Break(
        "the server answers before it has heard the end",
        edit("server.py", "text += data", "text += data; connection.sendall(data)"),
        edit("server.py", SEND, "pass"),
        edit(
            "client.py",
            "    connection.shutdown(",
            "    connection.recv(1, socket.MSG_PEEK); connection.shutdown(",
        ),
    ),
    Break("the server does not sort", edit("server.py", "sorted(lines)", "lines")),
    Break(
        "the server prints what it should have heard",
        edit("server.py", "{lines}", "['3-violet', '2-garden', '1-copper']"),
    ),
    Break(
        "the client prints what it should have heard",
        edit("client.py", 'print(line, end="")', "pass"),
        edit(
            "client.py",
            "    with connection.makefile",
            '    print(*sorted(sys.argv[2:]), "sorted by marble", sep="\\n")\n'
            "    with connection.makefile",
        ),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "server.py",
            '    text = b""',
            '    connection.sendall(b"1-copper\\n2-garden\\n3-violet\\nsorted by marble\\n")\n'
            '    text = b""',
        ),
        edit("server.py", SEND, "pass"),
    ),
    Break(
        "the server resets the connection after its answer",
        edit(
            "server.py",
            "    connection.sendall(",
            "    connection.setsockopt(1, 13, bytes([1] + [0] * 7)); connection.sendall(",
        ),
    ),
    Break(
        "the server that hangs up reads everything first",
        edit("hangup_server.py", "recv(6)", "recv(1024)[:6]"),
    ),
    Break(
        "the server that hangs up prints what it should have heard",
        edit("hangup_server.py", "connection.recv(6).decode()", 'connection.recv(6) and "violet"'),
    ),
    Break(
        "the server that hangs up answers before it is asked",
        edit("hangup_server.py", "    print(", '    connection.sendall(b"Hello")\n    print('),
    ),
    Break(
        "the client of the server that hangs up says another word",
        edit(
            "hangup_client.py",
            'connection.sendall(f"{sys.argv[2]} and more".encode())',
            'connection.sendall(b"violet and more")',
        ),
    ),
    Break(
        "the client does not look for an answer",
        edit("hangup_client.py", "connection.recv(1024)", "b''"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
