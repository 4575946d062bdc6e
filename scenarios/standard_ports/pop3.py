"""POP3, port 110: log in and ask what is there."""

import poplib
import sys

pop = poplib.POP3(sys.argv[1], timeout=5)
print(pop.getwelcome().decode())
pop.user("student")
print(pop.pass_("lab-student").decode())
pop.quit()
