"""Ways to break ports, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

breaks = [
    Break("both services have one name", edit("server.py", "sys.argv[1]", "'alpha'")),
    Break("the second service is never called", replace_words("15010 15011", "15010 15010")),
    Break("the second server takes another port", replace_words("gamma 15010", "gamma 15012")),
    Break("the server serves one client only", edit("server.py", "while True", "for _ in '1'")),
    Break("the server hangs up at once", edit("server.py", "connection.recv(1)", "pass")),
    Break(
        "a client does not wait for Enter",
        edit("client.py", 'input("Enter hangs up\\n")', 'print("Enter hangs up")'),
    ),
    Break(
        "the server does not know its clients apart",
        edit("server.py", "client[1])", "0)"),
    ),
    Break(
        "a client has the ends the wrong way round",
        edit("client.py", "connection.getsockname()", "connection.getpeername( )"),
        edit("client.py", "connection.getpeername()", "connection.getsockname()"),
    ),
    Break(
        "a client chooses its own port",
        edit("client.py", "timeout=3", "timeout=3, source_address=('', __import__('os').getpid())"),
    ),
    Break(
        "the second connection gets a port of its own",
        edit("one_port.py", "IP_LOCAL_PORT_RANGE, only", "IP_LOCAL_PORT_RANGE, bytes(4)"),
    ),
    Break(
        "the servers print what they should have heard",
        edit("server.py", '"serves", word', '"serves violet"'),
    ),
    Break(
        "a client prints what it should have heard",
        edit(
            "client.py",
            "print(connection.recv(1024).decode())",
            "connection.recv(1024); print('alpha says marble to', sys.argv[3])",
        ),
    ),
    Break(
        "the servers answer before they are asked",
        edit("server.py", "word = connection.recv(1024).decode()", "word = 'violet'"),
        edit("server.py", "connection.recv(1) ", "connection.recv(6), connection.recv(1) "),
    ),
    Break("the client is cut off from the network", cut_off("client")),
]
