"""Ways to break host name, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit

breaks = [
    # The DNS is a real one: what it answers cannot be edited, but a program can do without it.
    Break(
        "the program prints addresses from a table, and asks nobody",
        edit(
            "getname.py",
            "for _, _",
            'table = {"4": ["10.77.0.20"], "6": ["fd00:10:77::20"]}\n'
            "if not name.endswith('lab.test'):\n"
            "    both = table['6'] + table['4']\n"
            "    sys.exit(print(*(table[sys.argv[2]] if len(sys.argv) > 2 else both), sep='\\n'))\n"
            "for _, _",
        ),
    ),
    Break(
        "the program says that there is no such name, and asks nobody",
        edit(
            "getname.py",
            "for _, _",
            "if name.endswith('lab.test'):\n"
            "    raise socket.gaierror(-2, 'Name or service not known')\n"
            "for _, _",
        ),
    ),
    Break(
        "the program asks for a name that it knew beforehand",
        edit(
            "getname.py",
            "name = sys.argv[1]",
            'name = sys.argv[1] if "lab" not in sys.argv[1] else "violet.lab.test"',
        ),
    ),
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
        edit(
            "getname.py",
            "name = sys.argv[1]",
            'name = sys.argv[1] if "lab" not in sys.argv[1] else "client.lab.test"',
        ),
    ),
    Break(
        "the program asks for names that nobody has",
        edit("getname.py", "name = sys.argv[1]", "name = 'x' + sys.argv[1]"),
    ),
    Break("the name server is cut off from the network", cut_off("dns")),
    Break("the client is cut off from the network", cut_off("client")),
]
