"""Ways to break TCP stream, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the client sends other words",
        edit("client.py", '"{word}\\n"', '"{word[::-1]}\\n"'),
    ),
    Break("the client sends a message more", edit("client.py", "words]", 'words] + [b"again\\n"]')),
    Break(
        "the client sends all in one message",
        edit(
            "client.py",
            "        connection.sendall(message)",
            "        pass\n    connection.sendall(b''.join(messages))",
        ),
    ),
    Break(
        "the client sends a message twice, and does not tell",
        edit("client.py", "sendall(message)", "sendall(message * (1 + (message == b'or\\n')))"),
    ),
    Break(
        "the client tells what it should have sent, and sends nothing",
        edit("client.py", "        connection.sendall(message)", "        pass"),
    ),
    Break(
        "the server prints what it should have heard, and hears nothing",
        edit(
            "server.py",
            "    while piece := connection.recv(size, socket.MSG_WAITALL):\n        print(piece)",
            "    text = b'is\\nit\\nviolet\\nor\\na\\ngarden\\ntoday\\n'\n"
            "    for start in range(0, len(text), size):\n"
            "        connection.recv(size, socket.MSG_WAITALL)\n"
            "        print(text[start : start + size])",
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
        "the server leaves out the end of a line",
        edit("server.py", "print(piece)", "print(piece.removesuffix(b'\\n'))"),
    ),
    Break(
        "the server answers before it has heard all",
        edit("server.py", "print(piece)", "print(piece); connection.send(b'!')"),
    ),
    Break(
        "the server closes first",
        edit("server.py", "print(piece)", "print(piece); connection.shutdown(1)"),
        edit("client.py", "print(", "    connection.recv(1)\nprint("),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
