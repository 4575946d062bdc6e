"""Ways to break routing by a daemon, and so to prove that its expectations can fail."""

from lab import Break, Family, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

ANEW = """        connection = socket.create_connection((sys.argv[1], 15090))
        stream = connection.makefile("rw")
"""
SERVE = """    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile() as lines:
            connection.sendall(f"{sys.argv[1]} heard {lines.readline()}".encode())
"""
HEARD = 'stream.readline() and f"marble heard {line.strip()}"'

breaks = [
    Break("no link goes down", without_faults(), families=IPV4),
    Break(
        "the third router's daemons are told nothing",
        edit("configure.py", "if file.exists()", 'if socket.gethostname() != "r3"'),
        families=IPV6,
    ),
    Break(
        "the server says other words", edit("server.py", "{sys.argv[1]}", "marble"), families=IPV4
    ),
    Break(
        "the client prints what it should have heard",
        edit("client.py", "stream.readline().strip()", HEARD),
        families=IPV6,
    ),
    Break(
        "the client takes a new connection for each word",
        edit("client.py", "        stream.write", f"{ANEW}        stream.write"),
        edit("server.py", "    connection, _ = listener.accept()\n", SERVE),
        families=IPV4,
    ),
]
