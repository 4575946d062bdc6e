"""Ways to break many clients, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

SERVERS = ["one_at_a_time.py", "thread_each.py", "one_selector.py", "one_event_loop.py"]
REPLY = 'sys.argv[1].encode() + b" greets " + name'

breaks = [
    Break(
        "the servers print what they should have heard",
        *(
            edit(file, "{name.decode()}", "{name.split()[0].decode()} violet\\n")
            for file in SERVERS
        ),
    ),
    Break(
        "the client prints what it should have heard",
        edit(
            "client.py",
            "return lines.readline().strip(), asked",
            'lines.readline()\n        return f"marble greets {name}", asked',
        ),
    ),
    Break(
        "the servers greet before they hear a name",
        *(edit(file, "you?\\n", "you?\\nmarble greets Ada violet\\n") for file in SERVERS),
        *(edit(file, REPLY, 'b""') for file in SERVERS),
    ),
    Break(
        "the server with threads does everything in its first thread",
        edit(
            "thread_each.py",
            "threading.Thread(target=greet, args=[connection], daemon=True).start()",
            "greet(connection)",
        ),
    ),
    Break(
        "the server with the selector waits for each name",
        edit(
            "one_selector.py",
            "selector.register(connection, selectors.EVENT_READ, greet)",
            "selector.register(connection, selectors.EVENT_READ, greet); greet(connection)",
        ),
    ),
    Break(
        "the coroutine blocks where it should await",
        edit("one_event_loop.py", "    name = ", "    __import__('time').sleep(0.4)\n    name = "),
    ),
    Break(
        "the serial server is not serial",
        edit(
            "one_at_a_time.py",
            "        with connection, contextlib.suppress(ConnectionError):  # it hung up\n"
            '            connection.sendall(b"Who are you?\\n")\n',
            '        connection.sendall(b"Who are you?\\n")\n'
            "        if __import__('os').fork() == 0:\n",
        ),
        edit(
            "one_at_a_time.py",
            f"connection.sendall({REPLY})",
            f"connection.sendall({REPLY}); raise SystemExit",
        ),
    ),
    Break(
        "a server mixes the names up",
        edit("thread_each.py", REPLY, REPLY + '[::-1].strip() + b"\\n"'),
    ),
    Break("the clients do not think", edit("client.py", "time.sleep(TURN)", "pass")),
    Break(
        "the clients come one after the other",
        edit("client.py", "connections = [", "connections = ("),
        edit("client.py", "for name in names]", "for name in names)"),
        edit("client.py", "pool.map(", "map("),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
