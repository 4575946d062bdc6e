"""Ways to break file and socket, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

LOOP = "while block := source.read(1024):"

breaks = [
    Break(
        "the loop copies one block only", edit("copying.py", LOOP, "if block := source.read(1024):")
    ),
    Break(
        "the client's own copy begins in the middle",
        edit(
            "client.py",
            '    copy(source, target)\n    show("from file to file"',
            '    source.seek(100)\n    copy(source, target)\n    show("from file to file"',
        ),
    ),
    Break(
        "the client loses the first byte that comes from the socket",
        edit(
            "client.py",
            '    copy(source, target)\n    show("from socket to file"',
            '    source.read(1)\n    copy(source, target)\n    show("from socket to file"',
        ),
    ),
    Break(
        "the server ends its lines as Windows does",
        edit("server.py", 'makefile("wb")', 'makefile("w", newline="\\r\\n")'),
        edit("server.py", 'open("rb")', "open()"),
    ),
    Break(
        "the server prints how much it should have copied, and copies half of it",
        edit("server.py", "    copy(source, target)", "    target.write(source.read(1500))"),
        edit("server.py", "{source.tell()}", "3099"),
    ),
    Break("the server does not count right", edit("server.py", "{source.tell()}", "3092")),
    Break(
        "the client prints what it should have received, from its own file",
        edit(
            "client.py",
            '    copy(source, target)\n    show("from socket to file"',
            "    source.read()\n"
            '    target.write(squares.read_bytes() + b"marble\\n")\n    show("from socket to file"',
        ),
    ),
    # It sends before anybody asks, by design: so it must not know what it is to send.
    Break(
        "the server sends what everybody knows",
        edit(
            "server.py",
            "    copy(source, target)",
            '    target.write(source.read()[:-7] + b"marble\\n")',
        ),
    ),
    Break(
        "the server takes the socket for unbuffered and leaves before the buffer is written",
        edit("server.py", "    print(", "    __import__('os')._exit(0)\n    print("),
    ),
    Break(
        "the client closes first",
        edit(
            "client.py",
            "    tempfile.TemporaryFile() as target,\n):",
            "    tempfile.TemporaryFile() as target,\n):\n    connection.shutdown(1)",
        ),
        edit(
            "server.py",
            "    copy(source, target)",
            "    connection.recv(1)\n    copy(source, target)",
        ),
    ),
    Break(
        "the client asks for the file first",
        edit(
            "client.py",
            '    connection.makefile("rb") as source,',
            '    connection.makefile("rb") as source,\n    connection.makefile("wb") as asking,',
        ),
        edit(
            "client.py",
            '    copy(source, target)\n    show("from socket',
            '    asking.write(b"please")\n    asking.flush()\n    '
            'copy(source, target)\n    show("from socket',
        ),
        edit(
            "server.py",
            "    copy(source, target)",
            "    connection.recv(6)\n    copy(source, target)",
        ),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
