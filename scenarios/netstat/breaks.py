"""Ways to break netstat, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the server closes what it should keep",
        edit("server.py", "kept.append(connection)", "connection.close()"),
    ),
    Break(
        "the server keeps what it should close",
        edit("server.py", "connection.close()", "kept.append(connection)"),
    ),
    Break(
        "the client closes no connection half", edit("client.py", "half_closed.shutdown", "print")
    ),
    Break("the full service has room for more", edit("server.py", "backlog=0", "backlog=9")),
    Break(
        "the full service accepts",
        edit("server.py", "while True:", "kept.append(full.accept) or kept[-1]()\n    while True:"),
    ),
    Break(
        "the last connection goes to the other service",
        edit("client.py", "(host, full_port, type", "(host, port, type"),
    ),
    Break("the client keeps quiet", edit("client.py", "connection.sendall(", "bytes(")),
    Break(
        "the client resets the first connection",
        edit(
            "client.py",
            "closed.close()",
            "closed.setsockopt(1, 13, b'\\1\\0\\0\\0\\0\\0\\0\\0'); closed.close()",
        ),
    ),
    Break(
        "the server listens no more once it has clients",
        edit(
            "server.py", "    kept.append(connection)", "    kept.append(connection); full.close()"
        ),
    ),
    Break(
        "the client prints that it says a word, and says another",
        edit("client.py", "words.encode()", "words.replace(word, 'violet').encode()"),
    ),
    Break(
        "a script prints what netstat should have seen",
        edit(
            "look.sh",
            "netstat -tan",
            "printf 'tcp 0 0 127.0.0.1:4%s 127.0.0.1:%s \n' 7536 $1 7548 $2",
        ),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "server.py",
            "        if connection.recv",
            "        connection.sendall(b'hello')\n        if connection.recv",
        ),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
