"""Ways to break static routes, and so to prove that their expectations can fail."""

from lab import Break, Family, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

HEARD = 'stream.readline() and f"marble heard {line.strip()}"'

breaks = [
    Break("no link goes down", without_faults(), families=IPV4),
    Break(
        "the server says other words", edit("server.py", "{sys.argv[1]}", "marble"), families=IPV4
    ),
    Break(
        "the client prints what it should have heard",
        edit("client.py", "stream.readline().strip()", HEARD),
        families=IPV6,
    ),
    Break(
        "nobody changes the route",
        edit("roundabout-r1.conf", "no ip route NET2.0/24 NET1.3", "! nothing"),
        families=IPV4,
    ),
    Break(
        "the router has no other way",
        edit("static-r2.conf", "ipv6 route NET0::/64 NET4::4 200", "! nothing"),
        families=IPV6,
    ),
    Break(
        "both routes of the first router are equally good",
        edit("static-r1.conf", "ip route NET2.0/24 NET3.4 200", "ip route NET2.0/24 NET3.4"),
        edit("roundabout-r1.conf", "no ip route NET2.0/24 NET1.3", "! nothing"),
        families=IPV4,
    ),
    Break(
        "the routers also tell each other the ways",
        edit(
            "static-r1.conf",
            "! The way",
            "router rip\n network eth0\n network eth1\n network eth2\nexit\n! The way",
        ),
        families=IPV4,
    ),
]
