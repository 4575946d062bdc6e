"""Ways to break TCP connect, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the server never answers",
        edit("server.py", 'connection.sendall(b"Hello Yourself")', "pass"),
    ),
    Break("the server says other words", edit("server.py", "Hello Yourself", "Hello Stranger")),
    Break("the client says other words", edit("client.py", "Hello World", "Hello there")),
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
    Break("the server is cut off from the network", cut_off("server")),
]
