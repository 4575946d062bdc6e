"""Ways to break UDP unreachable, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the unconnected client connects after all",
        edit("unconnected.py", "settimeout(0.5)", "settimeout(0.5); client.connect(address)"),
    ),
    Break(
        "the connected client asks by sendto without connecting",
        edit("connected.py", "client.connect(address)", "pass"),
        edit(
            "connected.py",
            "client.send(sys.argv[2].encode())",
            "client.sendto(sys.argv[2].encode(), address)",
        ),
    ),
    Break(
        "a client sends an empty datagram to get to know the server",
        edit(
            "connected.py", "client.connect(address)", "client.connect(address); client.send(b'')"
        ),
    ),
    Break(
        "the unconnected client counts the UDP header as well",
        edit("unconnected.py", "sent {sent}", "sent {sent + 8}"),
    ),
    Break(
        "the connected client asks something else",
        edit("connected.py", "sys.argv[2].encode()", 'b"garden"'),
    ),
    Break(
        "the unconnected client asks at another closed port",
        edit("unconnected.py", "15002", "15012"),
    ),
    Break(
        "the connected client asks its own host",
        edit("connected.py", "sys.argv[1]", "'localhost'"),
    ),
    # No program runs on the server: what a client should hear is that nobody is there.
    Break(
        "the connected client prints that it is refused, and has asked nobody",
        edit("connected.py", "client.send(sys.argv[2].encode())", "6"),
        edit(
            "connected.py",
            "print(client.recv(1024))",
            "raise ConnectionRefusedError(111, 'Connection refused')",
        ),
    ),
    Break(
        "the unconnected client prints that it has waited, and does not wait",
        edit("unconnected.py", "settimeout(0.5)", "settimeout(0.0001)"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
    Break("the client is cut off from the network", cut_off("client")),
]
