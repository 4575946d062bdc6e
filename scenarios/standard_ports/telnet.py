"""Telnet, port 23: turn every option down, until the server asks who is there (RFC 854)."""

import socket
import sys

IAC, DONT, DO, WONT, WILL, SUB, END = 255, 254, 253, 252, 251, 250, 240
REFUSAL = {DO: WONT, WILL: DONT}

with socket.create_connection((sys.argv[1], 23), timeout=5) as connection:
    wire = connection.makefile("rb")
    asked, text = [], b""
    while not text.endswith(b"login: "):
        byte = wire.read(1)
        if byte != bytes([IAC]):
            text += byte
            continue
        command, option = wire.read(2)
        if command in REFUSAL:
            asked.append(option)
            connection.sendall(bytes([IAC, REFUSAL[command], option]))
        elif command == SUB:
            while wire.read(2) != bytes([IAC, END]):
                pass
    print("asked about options", asked)
    print(text.decode().split()[-1])
