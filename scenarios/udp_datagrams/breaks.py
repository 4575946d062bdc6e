"""Ways to break UDP datagrams, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

SEND = 'server.sendto(f"{sys.argv[1]} heard {message.decode()}".encode(), sender)'

breaks = [
    Break("the server never answers", edit("server.py", SEND, "pass")),
    Break(
        "the server answers twice", edit("server.py", SEND, f"{SEND}; server.sendto(b'', sender)")
    ),
    Break("the server answers in words of its own", edit("server.py", "{sys.argv[1]}", "marble")),
    Break(
        "the server prints what it should have heard",
        edit("server.py", ": {message.decode()}", ": violet"),
    ),
    Break(
        "the client prints what it should have heard",
        edit("client.py", "{answer.decode()}", "marble heard {sys.argv[2]}"),
    ),
    # No server can answer before it is asked: the question tells it the client's port.
    Break(
        "the server answers whatever it is asked",
        edit("server.py", SEND, SEND.replace("{message.decode()}", "violet")),
    ),
    Break("the server forgets who asked", edit("server.py", "{sender[1]}", "unknown")),
    Break("the client asks something else", edit("client.py", "sys.argv[2].encode()", 'b"violet"')),
    Break(
        "the client tries TCP first",
        edit(
            "client.py",
            "    client.settimeout(3)",
            "    socket.socket(family).connect_ex(address)\n    client.settimeout(3)",
        ),
    ),
    Break("the server is cut off from the network", cut_off("server")),
    Break("the client is cut off from the network", cut_off("client")),
]
