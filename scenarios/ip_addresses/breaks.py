"""Ways to break IP addresses, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, replace_words

breaks = [
    Break(
        "the client calls the server by its IPv6 name",
        edit("client.py", "sys.argv[1]", "'server.ipv6.lab.test'"),
        families=[Family.IPV4],
    ),
    Break(
        "the client calls the server by its IPv4 name",
        edit("client.py", "sys.argv[1]", "'server.ipv4.lab.test'"),
        families=[Family.IPV6],
    ),
    Break(
        "the number is another address's",
        edit("address.py", "int(address)", "int(address) + 1"),
    ),
    Break(
        "an address has eight bits less",
        edit("address.py", '"bits:", address.max_prefixlen', '"bits:", address.max_prefixlen - 8'),
    ),
    Break(
        "every second address is left out",
        edit("address.py", "2**address.max_prefixlen", "2**address.max_prefixlen // 2"),
    ),
    Break(
        "the network is counted without its first address",
        edit("address.py", "network.num_addresses", "network.num_addresses - 1"),
    ),
    Break(
        "the prefix is a bit shorter",
        edit("address.py", "interface.network", "interface.network.supernet()"),
    ),
    Break("the client's other network card is looked at", replace_words("show eth0", "show lo")),
    Break("the server says other words", edit("server.py", "{sys.argv[1]}", "marble")),
    Break("the server says more", edit("server.py", "greets", "is happy to greet")),
    Break(
        "the server prints what it should have heard",
        edit("server.py", "says: {message.decode()}", "says: violet"),
    ),
    Break(
        "the client prints what it should have heard",
        edit("client.py", "{answer.decode()}", "marble greets {sys.argv[2]}"),
    ),
    # No server can answer before it is asked: the question tells it the client's port.
    Break(
        "the server answers whatever it is asked",
        edit("server.py", "greets {message.decode()}", "greets violet"),
    ),
    Break("the server forgets who called", edit("server.py", "sender[0]", "'somebody'")),
    Break("the client says other words", edit("client.py", "sys.argv[2].encode()", 'b"violet"')),
    Break(
        "the client says less",
        edit("client.py", "sys.argv[2].encode()", "sys.argv[2].encode()[1:]"),
    ),
    Break(
        "the client sends no checksum",
        edit("client.py", "client.settimeout(3)", "client.setsockopt(socket.SOL_SOCKET, 11, 1)"),
        families=[Family.IPV4],
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
