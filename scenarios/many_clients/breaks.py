"""Ways to break many clients, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
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
        edit("one_event_loop.py", "    name = ", "    __import__('time').sleep(0.15)\n    name = "),
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
            'connection.sendall(b"Hello " + name)',
            'connection.sendall(b"Hello " + name); raise SystemExit',
        ),
    ),
    Break(
        "a server mixes the names up",
        edit("thread_each.py", 'b"Hello " + name', 'b"Hello " + name[::-1].strip() + b"\\n"'),
    ),
    Break(
        "a server keeps to itself whom it greeted",
        edit("one_event_loop.py", 'f"greeted {name.decode()}"', '""'),
    ),
    Break("the clients do not think", edit("client.py", "time.sleep(TURN)", "pass")),
    Break(
        "the clients come one after the other",
        edit("client.py", "connections = [", "connections = ("),
        edit("client.py", "for name in NAMES]", "for name in NAMES)"),
        edit("client.py", "pool.map(", "map("),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
