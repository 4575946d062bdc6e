"""Ways to break TCP retransmission, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

breaks = [
    Break("nothing is lost on the way", without_faults()),
    Break("nothing at all gets through to the far host", cut_off("remote"), families=IPV6),
    Break(
        "the server changes what it sends back",
        edit("server.py", "stream.write(line)", "stream.write(line.upper())"),
        families=IPV4,
    ),
    Break(
        "the program sends each line twice by itself",
        edit("client.py", 'f"line {number}\\n")', 'f"line {number}\\n" * 2)'),
        families=IPV6,
    ),
    Break(
        "the program sends its second line once more by itself",
        edit(
            "client.py",
            "            answer =",
            "            if number == 2:\n"
            "                stream.write('line 2\\n')\n"
            "                stream.flush()\n"
            "            answer =",
        ),
        families=IPV4,
    ),
]
