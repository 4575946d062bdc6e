"""Read a letter over POP3 and take it out of the mailbox."""

import email.policy
import poplib
import sys

pop = poplib.POP3(sys.argv[1], 110, timeout=5)
pop.user("student")
pop.pass_("lab-student")
print(pop.stat()[0], "in the mailbox")
_, lines, _ = pop.retr(1)
pop.dele(1)
print(pop.stat()[0], "in the mailbox")
pop.quit()

letter = email.message_from_bytes(b"\n".join(lines) + b"\n", policy=email.policy.default)
print("header:", ", ".join(letter.keys()))
print(f"{letter['From']} wrote: {letter['Subject']}", "", letter.get_content(), sep="\n", end="")
