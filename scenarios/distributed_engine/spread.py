"""Spread a job over the workers of an engine: the engine has the queue, and finds who is lost."""

import hashlib
import socket
import sys
import time
from collections import Counter

from distributed import Client

SHARES = 8
TURN = 0.1  # seconds: what a share takes


def work(text):
    """Do one share, wherever the engine sends this function."""
    time.sleep(TURN)
    return hashlib.sha256(text.encode()).hexdigest()[:8], socket.gethostname()


scheduler, job, word, workers = sys.argv[1:]
names = [f"{job}-{number}" for number in range(SHARES)]
texts = [f"{word} {number}" for number in range(SHARES)]

with Client(scheduler) as client:
    client.wait_for_workers(int(workers))
    began = time.monotonic()
    shares = client.map(work, texts, key=names)
    results, hosts = zip(*client.gather(shares), strict=True)
    took = time.monotonic() - began

for host, done in sorted(Counter(hosts).items()):
    print(f"{host} did {done} shares")
print(f"{SHARES} shares took the time of {took / TURN:.1f} turns")
print(*results)
