"""Be five clients at once, each of whom thinks before it answers; draw when each had its turn."""

import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor

TURN = 0.1  # seconds that each of them thinks

host, port, family = sys.argv[1:]
names = [f"{name} {family}" for name in ("Ada", "Ben", "Cleo", "Dan", "Eve")]


def talk(name, connection):
    with connection, connection.makefile("rw") as lines:
        lines.readline()  # Who are you?
        asked = time.monotonic()
        time.sleep(TURN)
        lines.write(name + "\n")
        lines.flush()
        return lines.readline().strip(), asked


began = time.monotonic()
connections = [socket.create_connection((host, int(port))) for name in names]
with ThreadPoolExecutor(len(names)) as pool:
    for answer, asked in pool.map(talk, names, connections):
        print(f"{answer:26}" + "   " * round((asked - began) / TURN) + "###")
print(f"{len(names)} clients took the time of {(time.monotonic() - began) / TURN:.1f} turns")
