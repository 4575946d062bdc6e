"""Ways to break mail, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

READ = "letter.get_content()"

breaks = [
    Break("the client asks for the wrong domain", replace_words("MX lab.test", "MX mail.lab.test")),
    Break(
        "the client greets as it was done before 1993",
        edit(
            "send.py", "        smtp.send_message", "        smtp.helo()\n        smtp.send_message"
        ),
    ),
    Break(
        "the envelope names another sender than the letter",
        edit("send.py", "send_message(letter)", 'send_message(letter, "dean@lab.test")'),
    ),
    Break(
        "a script says which host takes the mail, and has asked nobody",
        replace_words("dig +short MX lab.test", "echo 10 mail.lab.test."),
    ),
    Break(
        "the sender's program sends nothing", edit("send.py", "smtp.send_message(letter)", "pass")
    ),
    Break(
        "the letter is about something else", edit("send.py", "format(word)", 'format("violet")')
    ),
    Break(
        "the IMAP reader prints what it should have read",
        edit("read_imap.py", "import ssl\n", "import re\nimport ssl\n"),
        edit("read_imap.py", READ, 're.sub(": .+", ": violet.", letter.get_content())'),
    ),
    Break(
        "the POP3 reader prints what it should have read",
        edit("read_pop.py", "import sys\n", "import re\nimport sys\n"),
        edit("read_pop.py", READ, 're.sub(": .+", ": violet.", letter.get_content())'),
    ),
    Break("the line has a comma, not a dot", edit("send.py", "\n.\n", "\n,\n")),
    Break(
        "the client writes the date into the letter itself",
        edit("send.py", "letter.set_content", 'letter["Date"] = "1 Jan 1970"\nletter.set_content'),
    ),
    Break(
        "the IMAP reader asks for the first 400 bytes only",
        edit("read_imap.py", "BODY.PEEK[]", "BODY.PEEK[]<0.400>"),
    ),
    Break(
        "the IMAP reader deletes what it has read",
        edit(
            "read_imap.py",
            '"(BODY.PEEK[])")\n',
            '"(BODY.PEEK[])")\n    imap.store(numbers[0], "+FLAGS", r"\\Deleted")\n',
        ),
        edit("read_imap.py", "\nletter = ", "    imap.expunge()\n\nletter = "),
    ),
    Break("the POP3 reader leaves the letter there", edit("read_pop.py", "pop.dele(1)", "")),
    Break(
        "the POP3 reader asks for TLS before it says the password",
        edit("read_pop.py", "timeout=5)", "timeout=5)\npop.stls()"),
    ),
    Break(
        "the IMAP reader asks for TLS before it says the password",
        edit("read_imap.py", "143, timeout=5)", "143, timeout=5)\n    imap.starttls()"),
    ),
    Break(
        "the IMAP reader speaks on port 993 as it does on 143",
        edit(
            "read_imap.py",
            "IMAP4_SSL(server, 993, ssl_context=trusting, timeout=5)",
            "IMAP4(server, 993, timeout=5)",
        ),
    ),
    Break(
        "the IMAP reader does not trust the lab's authority",
        edit("read_imap.py", "(cafile=authority[0])", "()"),
    ),
    Break(
        "the second letter is for somebody known",
        edit("send.py", "sys.argv[1:]", "sys.argv[1], 'student@lab.test', sys.argv[3]"),
    ),
    Break("the client has the password wrong", edit("read_pop.py", "lab-student", "student")),
    Break("the mail host is cut off from the network", cut_off("mail")),
]
