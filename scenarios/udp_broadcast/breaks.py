"""Ways to break UDP broadcast, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit

IPV4_ONLY = (Family.IPV4,)

breaks = [
    Break("nobody joins the group", edit("listen.py", "sys.argv[2:]", "[]")),
    Break(
        "everybody joins the group",
        edit("listen.py", "sys.argv[2:]", "['239.77.0.7', 'ff12::7:7']"),
    ),
    Break(
        "the shouter does not say that it means everybody",
        edit("shout.py", "SO_BROADCAST, 1", "SO_BROADCAST, 0"),
        families=IPV4_ONLY,
    ),
    Break(
        "the shouter repeats itself",
        edit(
            "shout.py",
            "    print(",
            "    shouter.sendto(words.encode(), (address, 15007))\n    print(",
        ),
    ),
    Break(
        "the shouter calls another group",
        edit(
            "shout.py",
            "(address, 15007)",
            "(address.replace('7:7', '7:8').replace('0.7', '0.8'), 15007)",
        ),
    ),
    Break(
        "the shouter whispers to the server alone",
        edit("shout.py", "(address, 15007)", "('server', 15007)"),
    ),
    Break("a listener hears no more after the first words", edit("listen.py", 'b"Goodbye"', 'b""')),
    Break(
        "the listeners print what they should have heard",
        edit("listen.py", "print(message.decode())", "print(message.decode()[:-6] + 'violet')"),
    ),
    Break(
        "the listeners print words before anybody shouts",
        edit("listen.py", "message, _ = listener.recvfrom(1024)", "message = b'Goodbye copper'"),
    ),
    Break(
        "the shouter says that it shouted, and does not",
        edit("shout.py", "shouter.sendto(words.encode(), (address, 15007))", "pass"),
    ),
    Break("the listener who did not join is cut off from the network", cut_off("dns")),
    Break("the listener who joined is cut off from the network", cut_off("server")),
]
