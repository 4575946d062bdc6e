"""Ways to break TCP retransmission, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

ANSWER = 'connection.sendall(f"{sys.argv[1]} {line}".encode())'
EARLY = "for n in range(1, 6): connection.sendall(f'{sys.argv[1]} violet {n}\\n'.encode())"

breaks = [
    Break("nothing is lost on the way", without_faults()),
    Break("nothing at all gets through to the far host", cut_off("remote"), families=IPV6),
    Break(
        "the server changes what it sends back",
        edit("server.py", " {line}", " {line.upper()}"),
        families=IPV4,
    ),
    Break(
        "the program sends each line twice by itself",
        edit("client.py", 'f"{sys.argv[2]} {number}\\n")', 'f"{sys.argv[2]} {number}\\n" * 2)'),
        families=IPV6,
    ),
    Break(
        "the program sends its second line once more by itself",
        edit(
            "client.py",
            "            answer =",
            "            if number == 2:\n"
            "                stream.write(f'{sys.argv[2]} 2\\n')\n"
            "                stream.flush()\n"
            "            answer =",
        ),
        families=IPV4,
    ),
    Break(
        "the server says other words", edit("server.py", "{sys.argv[1]}", "marble"), families=IPV6
    ),
    Break(
        "the client says other words", edit("client.py", "{sys.argv[2]}", "violet"), families=IPV4
    ),
    Break(
        "the server answers before it is asked",
        edit("server.py", "        for line", f"        {EARLY}\n        for line"),
        edit("server.py", ANSWER, "pass"),
        families=IPV6,
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "client.py",
            "stream.readline().strip()",
            "stream.readline() and f'marble {sys.argv[2]} {number}'",
        ),
        families=IPV4,
    ),
    Break(
        "the client prints times that it has not waited",
        edit("client.py", 'f"connected after {time.monotonic() - began:.3f} s"', "CONNECTED"),
        edit(
            "client.py",
            "began = time.monotonic()\nwith",
            'CONNECTED = "connected after 0.970 s"\nwith',
        ),
        families=IPV6,
    ),
]
