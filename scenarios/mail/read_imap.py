"""Wait for a letter and read it over IMAP; inside TLS, if told which authority to trust.

read_imap.py SERVER [AUTHORITY.crt]
"""

import email.policy
import imaplib
import ssl
import sys
import time

server, *authority = sys.argv[1:]
if authority:
    trusting = ssl.create_default_context(cafile=authority[0])
    imap = imaplib.IMAP4_SSL(server, 993, ssl_context=trusting, timeout=5)
else:
    imap = imaplib.IMAP4(server, 143, timeout=5)

with imap:
    imap.login("student", "lab-student")
    imap.select("INBOX")
    give_up = time.monotonic() + 5
    while not (numbers := imap.search(None, "ALL")[1][0].split()):
        if time.monotonic() > give_up:
            sys.exit("there was no letter within 5 s")
        time.sleep(0.02)
        imap.noop()  # "Is there anything new?"
    print(len(numbers), "in the mailbox")
    _, parts = imap.fetch(numbers[0], "(BODY.PEEK[])")

letter = email.message_from_bytes(parts[0][1], policy=email.policy.default)
print("header:", ", ".join(letter.keys()))
print(f"{letter['From']} wrote: {letter['Subject']}", "", letter.get_content(), sep="\n", end="")
