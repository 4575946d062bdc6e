"""Ways to break HTTP by hand, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

SEND = "connection.sendall(answer.encode("
FAKED = "print('Trying\\n\\nEscape\\x20character');[input()for(_)in'123'];print('<h1>marble</h1>')"

breaks = [
    Break("the server listens on another port", edit("server.py", '("", 80)', '("", 8080)')),
    Break(
        "the server hangs up at once",
        edit("server.py", "with connection, ", "connection.close()\nwith connection, "),
    ),
    Break(
        "the server does not wait for the empty line",
        edit("server.py", "if not lines[-1]:", "if True:"),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "server.py",
            "    lines = []\n",
            '    connection.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n<h1>marble heard GET /violet'
            ' HTTP/1.0</h1>\\n")\n    lines = []\n',
        ),
        edit("server.py", SEND, "(answer.encode("),
    ),
    Break(
        "the server prints what it should have heard",
        edit("server.py", "print(line)", "print(line if lines else b'GET /violet HTTP/1.0\\r\\n')"),
    ),
    Break(
        "the server shows its lines without their ends",
        edit("server.py", "print(line)", "print(line.strip())"),
    ),
    Break("the page has no word of the server's", edit("server.py", "{sys.argv[1]}", "marble")),
    Break("the page has no word of the client's", edit("server.py", "{lines[0]}", "GET /violet")),
    Break("the length is a lie", edit("server.py", "{len(page)}", "{len(page) + 10}")),
    Break(
        "the answer has a character that telnet takes for a command",
        edit("server.py", '        "\\r\\n"\n', '        "X: \\xff\\xf1\\r\\n\\r\\n"\n'),
    ),
    Break(
        "the server waits for more after the answer",
        edit("server.py", 'encode("latin-1"))', 'encode("latin-1")); request.read()'),
    ),
    Break(
        "a script says what telnet should have said, without calling anybody",
        replace_words("telnet server 80", f"python3 -c {FAKED}"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
