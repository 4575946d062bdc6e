"""Ways to break the high-level clients, and so to prove that their expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the page has not moved", edit("web.py", 'if place == "old":', "if False:")),
    Break(
        "the server forgets to say where the page has moved to",
        edit("web.py", ', Location=f"/{own_word}/{word}")', ")"),
    ),
    Break(
        "the server has no word of its own in its page",
        edit("web.py", 'f"{own_word} heard', 'f"marble heard'),
    ),
    Break(
        "urllib's client prints what it should have heard",
        edit("by_urllib.py", "{answer.read()}", "{answer.read() and b'marble heard violet'}"),
    ),
    Break(
        "http.client's client prints what it should have heard",
        edit("by_http_client.py", "answer.read()", "answer.read() and b'marble heard violet'"),
    ),
    Break(
        "http.client's client opens a connection for each request",
        edit("by_http_client.py", "    path = answer", "    connection.close()\n    path = answer"),
    ),
    Break(
        "http.client's client does not go where the page has moved to",
        edit("by_http_client.py", 'answer.getheader("Location")', "None"),
    ),
    Break("HEAD is GET", edit("by_urllib.py", 'method="HEAD"', 'method="GET"')),
    Break(
        "the server knows every page",
        edit("web.py", '404, "There', '200, "There'),
    ),
    Break(
        "the server is not slow",
        edit("web.py", "self.rfile.read()  # until", 'self.answer(200, "At once.")  # until'),
    ),
    Break(
        "the slow page's client has no patience at all",
        edit("by_urllib.py", 'slow/{word}", timeout=0.3', 'nowhere/{word}", timeout=0.3'),
    ),
    Break(
        "the client trusts every certificate",
        edit("by_urllib.py", "import sys\n", "import ssl\nimport sys\n"),
        edit(
            "by_urllib.py",
            "timeout=timeout) as",
            "timeout=timeout, context=ssl._create_unverified_context()) as",
        ),
    ),
    Break(
        "the secure server is not asked securely",
        edit("by_urllib.py", "https://", "http://"),
    ),
    Break(
        "the file has other contents",
        edit("by_ftplib.py", "io.BytesIO(word.encode())", "io.BytesIO(b'garden')"),
    ),
    Break(
        "the file is stored as text",
        edit(
            "by_ftplib.py",
            'print(ftp.storbinary("STOR',
            'print(ftp.storlines("STOR',
        ),
    ),
    Break(
        "the letter has another subject", edit("by_mail.py", "Subject: {word}", "Subject: lunch")
    ),
    Break(
        "the sender's program sends nothing",
        edit(
            "by_mail.py",
            'smtp.sendmail("teacher@lab.test", "student@lab.test", letter)',
            "smtp.noop() and {}",
        ),
    ),
    Break(
        "the letter is marked as read as well",
        edit("by_mail.py", "(BODY.PEEK[", "(BODY[TEXT] BODY.PEEK["),
    ),
    Break(
        "the IMAP reader asks for the folders as well",
        edit("by_mail.py", "    imap.select()", "    imap.list()\n    imap.select()"),
    ),
    Break(
        "the POP3 reader leaves the letter there", edit("by_mail.py", "pop.dele(1)", "pop.noop()")
    ),
    Break("the server is cut off from the network", cut_off("server")),
    Break("the files are cut off from the network", cut_off("files")),
    Break("the mail host is cut off from the network", cut_off("mail")),
]
