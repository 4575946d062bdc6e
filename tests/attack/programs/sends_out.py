"""Send datagrams and connect to addresses that are not the lab's, by the route and by the card."""

import contextlib
import socket
import sys

from meet import meet

meet()
port, *addresses = sys.argv[2:]
cards = ["", *(name for _, name in socket.if_nameindex() if name != "lo")]
for address in addresses:
    for card in cards:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with contextlib.suppress(OSError):
                found = socket.getaddrinfo(address, int(port), type=kind)[0]
                end: tuple[str | int, ...] = (*found[4],)
                if ":" in address and len(end) == 4 and address.startswith("f"):
                    end = (end[0], end[1], 0, socket.if_nametoindex(card or cards[-1]))
                with socket.socket(found[0], kind) as wire:
                    wire.settimeout(0.2)
                    wire.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                    if card:
                        wire.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode())
                    wire.connect(end)
                    wire.send(f"{address} by {card or 'route'}".encode())
print("sent")
