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
        "the client says how long it should have waited",
        edit("client.py", "timeout=deadline_scale", "timeout=deadline_scale / 7"),
        edit("client.py", "{time.monotonic() - began:.3f}", "{7 * (time.monotonic() - began):.3f}"),
        families=IPV6,
    ),
    Break(
        "the client says that it was refused, and has not knocked",
        edit(
            "client.py",
            "began = time.monotonic()\n",
            "began = time.monotonic()\nif port == 15001:\n"
            "    sys.exit(print('ConnectionRefusedError: refused (after 0.006 s)'))\n",
        ),
        families=IPV4,
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "client.py", "{connection.recv(1024).decode()}", "{connection.recv(1024) and 'marble'}"
        ),
        families=IPV6,
    ),
    # Nobody asks this server for anything: so it must not know what it is to say.
    Break(
        "the server says a word that everybody knows",
        edit("server.py", "sys.argv[1].encode()", "b'marble'"),
        families=IPV4,
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
