"""Send datagrams to the server, in all as many as the second argument says, or for nine seconds."""

import socket
import sys
import time

from meet import meet

meet()
end = time.monotonic() + 9
sent = 0
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
    wire.connect((sys.argv[1], 15000))
    while sent < int(sys.argv[2]) and time.monotonic() < end:
        try:
            wire.send(b"flood")
        except OSError:  # An ICMP error of a datagram before it: nobody listens.
            continue
        sent += 1
print(sent)
