"""SSH, port 22: say hello and hear which algorithms the server knows; then all is encrypted."""

import socket
import sys

KEXINIT = 20  # RFC 4253, 7.1

with socket.create_connection((sys.argv[1], 22), timeout=5) as connection:
    wire = connection.makefile("rwb")
    print(wire.readline().decode().rstrip())
    wire.write(b"SSH-2.0-SocketLab\r\n")
    wire.flush()
    # A length, the length of the padding, the kind of message, a cookie of 16 bytes, name lists.
    packet = wire.read(int.from_bytes(wire.read(4), "big"))
    names = packet[22 : 22 + int.from_bytes(packet[18:22], "big")].decode().split(",")
    print(names[0] if packet[1] == KEXINIT else f"message {packet[1]}")
