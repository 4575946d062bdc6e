"""Ways to break listen backlog, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the server accepts at once", edit("server.py", "    input()\n", "")),
    Break(
        "the server says that it accepts, and does, before anybody calls",
        edit("server.py", "    input()\n    print(", "    print("),
    ),
    Break(
        "the server lets more callers wait than it was told",
        edit("server.py", "backlog=backlog", "backlog=backlog + 3"),
    ),
    Break(
        "the server thinks that a backlog is at least 1",
        edit("server.py", "backlog=backlog", "backlog=max(1, backlog)"),
    ),
    Break(
        "the server takes no more than 100 callers",
        edit("server.py", "backlog=backlog", "backlog=min(100, backlog)"),
    ),
    Break(
        "the server accepts those who came last first",
        edit(
            "server.py",
            "    while True:\n        connection, address = listener.accept()\n",
            "    line = [listener.accept() for _ in range(2)]\n"
            "    while True:\n"
            "        connection, address = line.pop() if line else listener.accept()\n",
        ),
    ),
    Break(
        "the server ends when it has served those in line",
        edit("server.py", "while True:", "for _ in range(2):"),
    ),
    Break(
        "the callers have nothing to say",
        edit("client.py", 'connection.sendall(f"call {number} of {word}".encode())', "pass"),
    ),
    Break(
        "the server prints what it should have heard",
        edit(
            "server.py",
            "connection.recv(1024).decode()",
            "connection.recv(1024)[:10].decode() + 'violet'",
        ),
    ),
    Break(
        "the server answers before it hears anything",
        edit(
            "server.py",
            "            print(",
            "            connection.sendall(b'served call 1 of violet')\n            print(",
        ),
    ),
    Break(
        "the client prints that a call timed out, and does not call",
        edit("client.py", "    try:", "    try:\n        if number == 3: raise TimeoutError"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
