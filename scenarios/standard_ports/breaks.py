"""Ways to break standard ports, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

PRINTED = 'print("+OK Dovecot (Debian) ready.")\nprint("+OK Logged in.")\n'

breaks = [
    Break("the table is read for datagrams", edit("table.py", '"tcp"', '"udp"')),
    Break("the file is another one", replace_words("/etc/services", "/etc/protocols")),
    Break(
        "the SMTP client looks for it on port 24",
        edit("smtp.py", "connect(sys.argv[1])", "connect(sys.argv[1], 24)"),
    ),
    Break(
        "a client takes port 1023 for itself",
        edit("pop3.py", "pop = ", "poplib.socket.create_connection = taken\npop = "),
        edit(
            "pop3.py",
            "import sys\n",
            "import sys\n\n\ndef taken(*where, make=poplib.socket.create_connection):\n"
            "    return make(*where, source_address=('', 1023))\n\n\n",
        ),
    ),
    Break(
        "the web client says HELLO before it asks",
        edit("web.py", '"GET", f', '"HELLO", f'),
    ),
    Break("the web client asks for another page", edit("web.py", "/?{word}", "/none?{word}")),
    Break(
        "the web client speaks on port 443 as it does on 80",
        edit(
            "web.py",
            "HTTPSConnection(server, context=trusting, timeout=5)",
            "HTTPConnection(server, 443, timeout=5)",
        ),
    ),
    Break(
        "the web client does not trust the lab's authority",
        edit("web.py", "(cafile=authority[0])", "()"),
    ),
    Break("the FTP client asks for help instead", edit("ftp.py", 'f"MKD {sys.argv[2]}"', '"HELP"')),
    Break(
        "the SSH client says what no server understands",
        edit("ssh.py", "SSH-2.0-SocketLab", "SSH-1.0-SocketLab"),
    ),
    Break(
        "the SSH client keeps the greeting to itself",
        edit("ssh.py", "print(wire.readline().decode().rstrip())", "wire.readline()"),
    ),
    Break("the Telnet client likes every option", edit("telnet.py", "REFUSAL[command], ", "")),
    Break(
        "the Telnet client does not tell of the options",
        edit("telnet.py", "asked.append(option)", "pass"),
    ),
    Break(
        "the letter is for somebody unknown",
        edit("smtp.py", "student@lab.test", "stranger@lab.test"),
    ),
    Break(
        "the second look-up is of another name",
        replace_words("+tcp web.lab.test", "+tcp mail.lab.test"),
    ),
    Break("both look-ups go over UDP", replace_words("+short +tcp", "+short")),
    Break("the POP3 client has the password wrong", edit("pop3.py", "lab-student", "student")),
    Break(
        "the news client reads no article",
        edit("news.py", "ARTICLE 1", "HEAD 1"),
        edit("news.py", 'news.article("1")', 'news.head("1")'),
    ),
    Break("the IMAP client has the password wrong", edit("imap.py", "lab-student", "student")),
    Break(
        "the IMAP client speaks on port 993 as it does on 143",
        edit(
            "imap.py",
            "IMAP4_SSL(server, ssl_context=trusting, timeout=5)",
            "IMAP4(server, 993, timeout=5)",
        ),
    ),
    Break(
        "the client knocks at a port that is served",
        replace_words("nobody.py mail 220", "nobody.py mail 25"),
    ),
    Break("host mail is cut off from the network", cut_off("mail")),
    Break("the FTP client says other words", edit("ftp.py", "{sys.argv[2]}", "violet")),
    Break("the letter comes from another", edit("smtp.py", "{sys.argv[2]}", "violet")),
    Break("the web client says other words", edit("web.py", "{word}", "violet")),
    Break(
        "the IMAP client makes the mailbox of another run",
        edit("imap.py", "server, mailbox, *", "server, _, *"),
        edit("imap.py", "if authority:", 'mailbox = "violet"\nif authority:'),
    ),
    # What such a server says is the same in each run, so a script can print it: it hears nothing.
    Break(
        "a script prints what POP3 would say, and asks nobody",
        edit("pop3.py", "import sys\n", f"import sys\n{PRINTED}sys.exit()\n"),
    ),
    Break(
        "the news client prints what it should have heard, before it asks",
        edit("news.py", "read = ", 'article = ["", "She has read."]\nread = '),
        edit("news.py", "welcome, article = read", "welcome, _ = read"),
    ),
]
