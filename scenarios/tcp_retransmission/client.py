"""Send numbered lines, wait for the answer to each, and say how long that took."""

import socket
import sys
import time

began = time.monotonic()
with socket.create_connection((sys.argv[1], 15010)) as connection:
    print(f"connected after {time.monotonic() - began:.3f} s")
    with connection.makefile("rw") as stream:
        for number in range(1, 6):
            began = time.monotonic()
            stream.write(f"{sys.argv[2]} {number}\n")
            stream.flush()
            answer = stream.readline().strip()
            print(f"{answer} after {time.monotonic() - began:.3f} s")
