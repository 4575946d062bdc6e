"""IMAP, port 143, or 993 inside TLS, if told which authority to trust: make a mailbox and list it.

imap.py SERVER MAILBOX [AUTHORITY.crt]
"""

import imaplib
import ssl
import sys

server, mailbox, *authority = sys.argv[1:]
if authority:
    trusting = ssl.create_default_context(cafile=authority[0])
    imap = imaplib.IMAP4_SSL(server, ssl_context=trusting, timeout=5)
else:
    imap = imaplib.IMAP4(server, timeout=5)

with imap:
    print(imap.welcome.decode())
    imap.login("student", "lab-student")
    imap.create(mailbox)  # the server says NO where there is one of that name
    print(imap.list(pattern=mailbox)[1][0].decode())
