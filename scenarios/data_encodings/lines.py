"""Read lines, and try three encodings on the bytes of each."""

import socket

with socket.create_server(("", 15081), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()
with connection, connection.makefile("rb") as stream:
    for line in stream:
        print(f"{len(line)} bytes: {line.hex(' ')}")
        for encoding in ("utf-8", "latin-1", "utf-16-le"):
            try:
                print(f"  {encoding}: {line.decode(encoding)!r}")
            except UnicodeDecodeError as error:
                print(f"  {encoding}: {error.reason}")
