"""Ways to break bind address, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "every server is bound to every address",
        edit("server.py", "(address, port)", '("", port)'),
    ),
    Break(
        "the server at every address is at localhost only",
        edit("server.py", "(address, port)", '(address or "localhost", port)'),
    ),
    Break(
        "the servers say what they were told, and not where they are bound",
        edit("server.py", "listener.getsockname()[0]", "address"),
    ),
    Break(
        "the server takes another address where it cannot have this one",
        edit(
            "server.py",
            "with socket",
            "if address.endswith('.10') or address.endswith(':10'):\n"
            "    address = 'localhost'\nwith socket",
        ),
    ),
    Break(
        "the servers forget who reached them",
        edit("server.py", "client[0]", '"somewhere"'),
    ),
    Break(
        "the client takes every refusal for a success",
        edit("client.py", "{port}: refused", "{port}: reached"),
    ),
    Break(
        "the client tries the ports the other way round",
        edit("client.py", "for port in ports:", "for port in ports[::-1]:"),
    ),
    Break(
        "the client tries each port twice",
        edit("client.py", "for port in ports:", "for port in ports + ports:"),
    ),
    Break(
        "the servers serve a single client",
        edit("server.py", "while True:", "for _ in range(1):"),
    ),
    Break(
        "the servers print what they should have heard",
        edit("server.py", '"by", heard)', '"by violet")'),
    ),
    Break(
        "the client prints what it should have heard",
        edit("client.py", "connection.recv(1024).decode()", "f'marble hears {word}'"),
    ),
    Break(
        "the servers answer before they are asked",
        edit(
            "server.py",
            "            heard =",
            "            connection.sendall(f'{word} hears violet'.encode())\n            heard =",
        ),
        edit("server.py", '            connection.sendall(f"{word} hears {heard}".encode())\n', ""),
    ),
    Break("the server is cut off from the network", cut_off("server")),
    Break("the client is cut off from the network", cut_off("client")),
]
