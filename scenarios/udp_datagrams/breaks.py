"""Ways to break UDP datagrams, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the server never answers",
        edit("server.py", "server.sendto(message.upper(), sender)", "pass"),
    ),
    Break(
        "the server answers twice",
        edit(
            "server.py",
            "server.sendto(message.upper(), sender)",
            "server.sendto(message.upper(), sender); server.sendto(b'', sender)",
        ),
    ),
    Break(
        "the server sends the words back unchanged", edit("server.py", "message.upper()", "message")
    ),
    Break("the server forgets who asked", edit("server.py", "{sender[1]}", "unknown")),
    Break("the client asks something else", edit("client.py", "Hello World", "Hello there")),
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
