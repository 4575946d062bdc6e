"""SMTP, port 25: ask whether a letter for the student would be taken."""

import smtplib
import sys

with smtplib.SMTP(timeout=5) as smtp:
    code, greeting = smtp.connect(sys.argv[1])
    print(code, greeting.decode())
    smtp.ehlo("client.lab.test")
    smtp.mail(f"{sys.argv[2]}@lab.test")
    code, answer = smtp.rcpt("student@lab.test")
    print(code, answer.decode())
