"""Ways to break TCP refused, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit

# Each of these runs waits at a firewall, so most are tried over one IP version only.
IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

breaks = [
    Break(
        "somebody listens on the port that should be closed",
        edit(
            "server.py",
            "with socket",
            "on = {'family': 10, 'dualstack_ipv6': True}\n"
            "other = socket.create_server(('', 15001), **on)\nwith socket",
        ),
        families=IPV4,
    ),
    Break(
        "the client knocks at the wrong doors",
        edit("client.py", "int(sys.argv[2])", "int(sys.argv[2]) + 2"),
    ),
    Break(
        "the client gives up early",
        edit("client.py", "timeout=deadline_scale", "timeout=deadline_scale / 7"),
    ),
    Break(
        "the client waits for ever",
        edit("client.py", "timeout=deadline_scale", "timeout=None"),
        families=IPV6,
    ),
    Break(
        "the client's clock stands still",
        edit("client.py", "{time.monotonic() - began:.3f}", "0.000"),
        families=IPV4,
    ),
    Break(
        "the server listens on another port",
        edit("server.py", "15000", "15009"),
        families=IPV6,
    ),
    Break("the client is cut off from the network", cut_off("client"), families=IPV4),
]
