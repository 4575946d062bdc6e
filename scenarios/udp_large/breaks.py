"""Ways to break UDP large, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the server has too little room", edit("server.py", "65535", "2000")),
    Break("the datagram is one byte short", edit("client.py", "TEXT[:size]", "TEXT[: size - 1]")),
    Break(
        "the datagram fits into one packet",
        edit("client.py", "TEXT[:size]", "TEXT[:1000]"),
        edit("client.py", "in map(int, sizes)", "in map(int, sizes[:1])"),
    ),
    Break(
        "the client cuts the message into datagrams itself",
        edit(
            "client.py",
            "client.sendto(message, address)",
            "[client.sendto(message[at : at + 1000], address) for at in range(0, size, 1000)]",
        ),
    ),
    Break(
        "the client sends the large datagram twice",
        edit(
            "client.py",
            "        try:",
            "        if size < 9999: client.sendto(message, address)\n        try:",
        ),
    ),
    Break(
        "the client takes the digest of other bytes",
        edit("client.py", "sha256(message)", "sha256(TEXT)"),
    ),
    Break(
        "the client gives up before the one that is too large",
        edit("client.py", "in map(int, sizes)", "in map(int, sizes[:1])"),
    ),
    Break(
        "the client cuts the last one down to what UDP allows",
        edit("client.py", "TEXT[:size]", "TEXT[: min(size, 60000)]"),
    ),
    Break(
        "the server prints what it should have heard",
        edit("server.py", "{hashlib.sha256(message).hexdigest()[:8]}", "3024f86f"),
    ),
    Break("the client sends another word", edit("client.py", "{word}", "violet")),
    # No server can answer before it is asked: the question tells it the client's port.
    Break(
        "the server answers, though this protocol has no answers",
        edit("server.py", "    print(", "    server.sendto(b'thanks', sender)\n    print("),
    ),
    Break(
        "the client says that it sent the large datagram, and does not",
        edit(
            "client.py",
            "client.sendto(message, address)",
            "size > 65507 and client.sendto(message, address)",
        ),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
