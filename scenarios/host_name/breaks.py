"""Ways to break host name, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit

breaks = [
    Break("the program prints the name", edit("getname.py", "print(address[0])", "print(name)")),
    Break(
        "the program asks for IPv4 whatever was wanted",
        edit("getname.py", '"6": socket.AF_INET6', '"6": socket.AF_INET'),
        families=[Family.IPV6],
    ),
    Break(
        "the program asks for IPv6 whatever was wanted",
        edit("getname.py", '"4": socket.AF_INET,', '"4": socket.AF_INET6,'),
        families=[Family.IPV4],
    ),
    Break(
        "the program asks for IPv4 where any version will do",
        edit("getname.py", "socket.AF_UNSPEC", "socket.AF_INET"),
    ),
    Break(
        "the program looks every name up twice",
        edit(
            "getname.py",
            "for _, _",
            "socket.getaddrinfo(name, None, family, socket.SOCK_STREAM)\nfor _, _",
        ),
    ),
    Break(
        "a name that nobody has is passed over in silence",
        edit(
            "getname.py",
            "name = sys.argv[1]",
            "name = sys.argv[1]; sys.excepthook = lambda *error: None",
        ),
    ),
    Break(
        "the program has its own idea of the domain",
        edit(
            "getname.py",
            "name = sys.argv[1]",
            "name = sys.argv[1].replace('server', 'server.lab.test')",
        ),
    ),
    Break(
        "the program asks for a name that somebody has",
        edit("getname.py", "name = sys.argv[1]", "name = sys.argv[1].replace('nobody', 'client')"),
    ),
    Break(
        "the program asks for names that nobody has",
        edit("getname.py", "name = sys.argv[1]", "name = 'x' + sys.argv[1]"),
    ),
    Break("the name server is cut off from the network", cut_off("dns")),
    Break("the client is cut off from the network", cut_off("client")),
]
