"""Ways to break host down, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

ANSWER = 'connection.sendall(f"{sys.argv[1]} heard {line}".encode())'
EARLY = "            connection.sendall(f'{sys.argv[1]} heard violet\\n'.encode())"
HEARD = 'stream.readline() and f"marble heard {line.strip()}"'

breaks = [
    Break("neither the network nor the power fails", without_faults(), families=IPV4),
    Break(
        "the client does not ask whether anybody is there",
        edit("watchful.py", "SO_KEEPALIVE, 1", "SO_KEEPALIVE, 0"),
        families=IPV6,
    ),
    Break(
        "the server changes what it sends back",
        edit("server.py", "heard {line}", "heard {line.upper()}"),
        families=IPV4,
    ),
    Break(
        "the server says other words",
        edit("server.py", "{sys.argv[1]}", "marble"),
        families=IPV6,
    ),
    Break(
        "the server answers before it is asked",
        edit("server.py", "            for line", f"{EARLY}\n            for line"),
        edit("server.py", ANSWER, "pass"),
        families=IPV4,
    ),
    Break(
        "the client prints what it should have heard",
        edit("client.py", "stream.readline().strip()", HEARD),
        families=IPV6,
    ),
    Break(
        "the client that waits gives up at once, and says that it has waited",
        edit("watchful.py", "connection.recv(1024)", 'raise TimeoutError("timed out")'),
        families=IPV4,
    ),
    Break("nothing gets through to the far host", cut_off("remote"), families=IPV6),
]
