"""Write a letter and hand it to a mail server, over SMTP."""

import smtplib
import sys
from email.message import EmailMessage

TEXT = """\
Dear student,
the next line is a dot and nothing else:
.
and yet the letter goes on: {}.
"""

server, recipient, word = sys.argv[1:]

letter = EmailMessage()
letter["From"] = "teacher@lab.test"
letter["To"] = recipient
letter["Subject"] = f"A letter about {word}"
letter.set_content(TEXT.format(word))
print("header:", ", ".join(letter.keys()))

with smtplib.SMTP(server, 25, local_hostname="client.lab.test", timeout=5) as smtp:
    try:
        smtp.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        code, why = refused.recipients[recipient]
        sys.exit(f"refused: {code} {why.decode()}")
print(f"{server} took it for {recipient}")
