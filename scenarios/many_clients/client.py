"""Be five clients at once, each of whom thinks before it answers; draw when each had its turn."""

import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor

NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve"]
TURN = 0.1  # seconds that each of them thinks


def talk(name, connection):
    with connection, connection.makefile("rw") as lines:
        lines.readline()  # Who are you?
        asked = time.monotonic()
        time.sleep(TURN)
        lines.write(name + "\n")
        lines.flush()
        return lines.readline().strip(), asked


began = time.monotonic()
connections = [socket.create_connection((sys.argv[1], int(sys.argv[2]))) for name in NAMES]
with ThreadPoolExecutor(len(NAMES)) as pool:
    for answer, asked in pool.map(talk, NAMES, connections):
        print(f"{answer:12}" + "   " * round((asked - began) / TURN) + "###")
print(f"{len(NAMES)} clients took the time of {(time.monotonic() - began) / TURN:.1f} turns")
