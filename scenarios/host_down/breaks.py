"""Ways to break host down, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

breaks = [
    Break("neither the network nor the power fails", without_faults(), families=IPV4),
    Break(
        "the client does not ask whether anybody is there",
        edit("watchful.py", "SO_KEEPALIVE, 1", "SO_KEEPALIVE, 0"),
        families=IPV6,
    ),
    Break(
        "the server changes what it sends back",
        edit("server.py", "stream.write(line)", "stream.write(line.upper())"),
        families=IPV4,
    ),
    Break("nothing gets through to the far host", cut_off("remote"), families=IPV6),
]
