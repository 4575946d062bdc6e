"""Ways to break path MTU, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

PRINT = 'print(f"{length} bytes that end with violet")'
HEARD = 'connection.recv(1024); print(f"marble has {length} bytes that end with {word}")'
EARLY = 'connection.sendall(b"marble has 20000 bytes that end with violet")'

breaks = [
    Break("the link is as wide as all others, and nothing is hidden", without_faults()),
    Break("nothing gets through to the far host", cut_off("remote"), families=IPV6),
    Break(
        "the server counts wrong",
        edit("server.py", 'f"{len(data)} bytes', 'f"{2 * len(data)} bytes'),
        families=IPV4,
    ),
    Break("the server says other words", edit("server.py", "{sys.argv[1]}", "marble")),
    Break("the client says other words", edit("client.py", "sys.argv[3]", '"violet"')),
    Break("the server prints what it should have heard", edit("server.py", "print(came)", PRINT)),
    Break(
        "the client prints what it should have heard",
        edit("client.py", "print(connection.recv(1024).decode())", HEARD),
    ),
    Break(
        "the server answers before it is asked",
        edit("server.py", "            length =", f"            {EARLY}\n            length ="),
        edit("server.py", 'connection.sendall(f"{sys.argv[1]} has {came}".encode())', "pass"),
    ),
]
