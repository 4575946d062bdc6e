"""Ask the engine's own resolver at each port where it may be, and print its answers."""

import contextlib
import socket
import struct

from meet import meet

meet()
QUESTION = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + b"\6client\0" + struct.pack("!HH", 1, 1)
ports = {53}
for table in ("tcp", "udp"):
    with open(f"/proc/net/{table}") as file:
        for line in file:
            address, _, number = line.split()[1].partition(":")
            if address == "0B00007F":  # 127.0.0.11
                ports.add(int(number, 16))
for port in sorted(ports):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, kind) as wire:
            wire.settimeout(1)
            wire.connect(("127.0.0.11", port))
            wire.send(QUESTION)
            if wire.recv(512):
                print("answered at", port, kind.name)
print("asked")
