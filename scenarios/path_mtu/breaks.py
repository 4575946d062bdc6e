"""Ways to break path MTU, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

breaks = [
    Break("the link is as wide as all others, and nothing is hidden", without_faults()),
    Break("nothing gets through to the far host", cut_off("remote"), families=IPV6),
    Break(
        "the server counts wrong",
        edit("server.py", "count += len(chunk)", "count += 2 * len(chunk)"),
        families=IPV4,
    ),
]
