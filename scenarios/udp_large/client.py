"""Send datagrams of the sizes given, in bytes; a digest tells whether one arrived unchanged."""

import errno
import hashlib
import socket
import sys

TEXT = b"".join(b"line %04d\n" % number for number in range(1, 10000))

family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], 15006, type=socket.SOCK_DGRAM)[0]

with socket.socket(family, kind) as client:
    for size in map(int, sys.argv[2:]):
        message = TEXT[:size]
        try:
            client.sendto(message, address)
        except OSError as error:
            print(f"{size} bytes: {errno.errorcode[error.errno]}, {error.strerror}")
        else:
            print(f"{size} bytes: sent, digest {hashlib.sha256(message).hexdigest()[:8]}")
