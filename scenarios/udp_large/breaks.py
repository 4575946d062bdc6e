"""Ways to break UDP large, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the server has too little room", edit("server.py", "65535", "2000")),
    Break("the datagram is one byte short", edit("client.py", "TEXT[:size]", "TEXT[: size - 1]")),
    Break(
        "the datagram fits into one packet",
        edit("client.py", "TEXT[:size]", "TEXT[:1000]"),
        edit("client.py", "sys.argv[2:]", "sys.argv[2:3]"),
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
        edit("client.py", "sys.argv[2:]", "sys.argv[2:3]"),
    ),
    Break(
        "the client cuts the last one down to what UDP allows",
        edit("client.py", "TEXT[:size]", "TEXT[: min(size, 60000)]"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
