"""Do shares of somebody's job: each comes as a line, and its result goes back as a line."""

import hashlib
import json
import os
import socket
import sys
import time

TURN = 0.1  # seconds that a share takes; a real one would use them to compute

port, *dies_at = map(int, sys.argv[1:])
taken = 0

with socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw") as lines:
            for line in lines:
                share = json.loads(line)
                taken += 1
                print(f"took {share['text']}")
                if taken in dies_at:
                    sys.stdout.flush()
                    os._exit(0)  # as if the power had failed
                time.sleep(TURN)
                result = hashlib.sha256(share["text"].encode()).hexdigest()[:8]
                print(
                    json.dumps({"number": share["number"], "result": result}),
                    file=lines,
                    flush=True,
                )
