"""Ways to break HTTP by hand, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the server listens on another port", edit("server.py", '("", 80)', '("", 8080)')),
    Break(
        "the server hangs up at once",
        edit("server.py", "with connection, ", "connection.close()\nwith connection, "),
    ),
    Break(
        "the server does not wait for the empty line",
        edit("server.py", "if not line.strip():", "if True:"),
    ),
    Break(
        "the server shows its lines without their ends",
        edit("server.py", "print(line)", "print(line.strip())"),
    ),
    Break("the page says something else", edit("server.py", "Hello by hand!", "Hello there!!!")),
    Break("the length is a lie", edit("server.py", "(len(PAGE), PAGE)", "(len(PAGE) + 10, PAGE)")),
    Break(
        "the answer has a character that telnet takes for a command",
        edit("server.py", 'b"\\r\\n"\n    b"%s"', 'b"X: \\xff\\xf1\\r\\n\\r\\n"\n    b"%s"'),
    ),
    Break(
        "the server waits for more after the answer",
        edit("server.py", "            break\n", ""),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
