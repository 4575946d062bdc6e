"""Ways to break half close, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

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
        edit("client.py", "cherry\\nbanana\\napple", "banana\\napple"),
    ),
    Break(
        "the server answers before it has heard the end",
        edit("server.py", "text += data", "text += data; connection.sendall(data)"),
        edit("server.py", "connection.sendall(b", "(b"),
        edit(
            "client.py",
            "    connection.shutdown(",
            "    connection.recv(1, socket.MSG_PEEK); connection.shutdown(",
        ),
    ),
    Break("the server does not sort", edit("server.py", "sorted(lines)", "lines")),
    Break("the server keeps to itself what it heard", edit("server.py", "print(", "str(")),
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
        edit("hangup_server.py", "recv(5)", "recv(1024)"),
    ),
    Break(
        "the client does not look for an answer",
        edit("hangup_client.py", "connection.recv(1024)", "b''"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
