"""Send one text three times, each time in another encoding, as a line."""

import socket
import sys

host, word = sys.argv[1:]
text = f"Zoë {word}\n"

with socket.create_connection((host, 15081)) as connection:
    for encoding in ("utf-8", "latin-1", "utf-16-le"):
        data = text.encode(encoding)
        print(f"{encoding}: {len(text)} characters, {len(data)} bytes")
        connection.sendall(data)
