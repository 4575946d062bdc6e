"""Send a letter with smtplib, find it with imaplib, take it away with poplib."""

import imaplib
import poplib
import smtplib
import sys
import time

host, word = sys.argv[1:]

with smtplib.SMTP(host, timeout=5) as smtp:
    letter = f"Subject: {word}\n\nThe text.\n"
    print("refused:", smtp.sendmail("teacher@lab.test", "student@lab.test", letter))

with imaplib.IMAP4(host, timeout=5) as imap:
    imap.login("student", "lab-student")
    imap.select()
    give_up = time.monotonic() + 5
    while imap.search(None, "ALL")[1] == [b""]:
        if time.monotonic() > give_up:
            sys.exit("there was no letter within 5 s")
        time.sleep(0.02)
        imap.noop()  # "Is there anything new?"
    print(imap.fetch("1", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0][1])

pop = poplib.POP3(host, timeout=5)
pop.user("student")
pop.pass_("lab-student")
print([line for line in pop.retr(1)[1] if line.startswith(b"Subject")])
print(pop.dele(1))
pop.quit()
