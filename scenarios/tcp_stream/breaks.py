"""Ways to break TCP stream, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the client sends other messages", edit("client.py", '"six"', '"hex"')),
    Break("the client sends a message more", edit("client.py", '"seven"]', '"seven", "eight"]')),
    Break(
        "the client sends all in one message",
        edit(
            "client.py", "    for message", "    messages = [b''.join(messages)]\n    for message"
        ),
    ),
    Break(
        "the client turns the messages round",
        edit("client.py", "for message in messages:", "for message in messages[::-1]:"),
    ),
    Break(
        "the server reads by line",
        edit(
            "server.py",
            "    while piece :=",
            "    s = connection.makefile('rb')\n    while piece :=",
        ),
        edit("server.py", "connection.recv(size, socket.MSG_WAITALL)", "s.readline()"),
    ),
    Break(
        "the server takes no more than three bytes",
        edit("server.py", "recv(size, socket.MSG_WAITALL)", "recv(3)"),
    ),
    Break(
        "the server forgets the last bytes",
        edit("server.py", "print(piece)", "print(piece.removesuffix(b'ven\\n'))"),
    ),
    Break(
        "the server answers",
        edit("server.py", "print(piece)", "print(piece); connection.send(b'!')"),
    ),
    Break(
        "the server closes first",
        edit("server.py", "print(piece)", "print(piece); connection.shutdown(1)"),
        edit("client.py", "print(", "    connection.recv(1)\nprint("),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
