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
        "both sides use TCP as well",
        edit(
            "client.py",
            "    client.settimeout(3)",
            "    __import__('contextlib').suppress(OSError).__enter__()\n    try: socket.create_connection((sys.argv[1], 15001))\n    except OSError: pass\n    client.settimeout(3)",
        ),
    ),
    Break("the server is cut off from the network", cut_off("server")),
    Break("the client is cut off from the network", cut_off("client")),
]
