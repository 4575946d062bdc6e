"""IMAP, port 143, or 993 inside TLS, if told which authority to trust: log in and list mailboxes.

imap.py SERVER [AUTHORITY.crt]
"""

import imaplib
import ssl
import sys

server, *authority = sys.argv[1:]
if authority:
    trusting = ssl.create_default_context(cafile=authority[0])
    imap = imaplib.IMAP4_SSL(server, ssl_context=trusting, timeout=5)
else:
    imap = imaplib.IMAP4(server, timeout=5)

with imap:
    print(imap.welcome.decode())
    imap.login("student", "lab-student")
    print(imap.list()[1][0].decode())
