"""Spread a job over worker hosts: a queue of shares, and a thread for each worker."""

import json
import queue
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor

SHARES = 8
TURN = 0.1  # seconds: what a share takes

word, *workers = sys.argv[1:]
waiting = queue.Queue()
results = {}


def employ(host, connection, number):
    """Give this worker one share after the other, until none is left or the worker is lost."""
    done = 0
    with connection, connection.makefile("rw") as lines:
        while number is not None:
            try:
                share = {"number": number, "text": f"{word} {number}"}
                print(json.dumps(share), file=lines, flush=True)
                answer = json.loads(lines.readline())
            except (OSError, ValueError):  # the end of the stream is no JSON
                waiting.put(number)
                return f"{host} is lost, and share {number} goes back"
            results[answer["number"]] = answer["result"]  # twice would be the same
            done += 1
            if len(results) == SHARES:
                for _ in workers:
                    waiting.put(None)
            number = waiting.get()
    return f"{host} did {done} shares"


for number in range(len(workers), SHARES):  # the others are each worker's first
    waiting.put(number)
hosts, ports = zip(*(worker.split(":") for worker in workers), strict=True)
connections = [*map(socket.create_connection, zip(hosts, map(int, ports), strict=True))]

began = time.monotonic()
with ThreadPoolExecutor(len(workers)) as pool:
    reports = [*pool.map(employ, hosts, connections, range(SHARES))]
took = time.monotonic() - began
print(*reports, f"{SHARES} shares took the time of {took / TURN:.1f} turns", sep="\n")
print(*(results[number] for number in range(SHARES)))
