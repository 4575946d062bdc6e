"""Send datagrams of a word and the sizes given, in bytes; a digest tells what was sent."""

import errno
import hashlib
import socket
import sys

host, word, *sizes = sys.argv[1:]
TEXT = "".join(f"{word} {number:04}\n" for number in range(1, 10000)).encode()

family, kind, _, _, address = socket.getaddrinfo(host, 15006, type=socket.SOCK_DGRAM)[0]

with socket.socket(family, kind) as client:
    for size in map(int, sizes):
        message = TEXT[:size]
        try:
            client.sendto(message, address)
        except OSError as error:
            print(f"{size} bytes: {errno.errorcode[error.errno]}, {error.strerror}")
        else:
            print(f"{size} bytes: sent, digest {hashlib.sha256(message).hexdigest()[:8]}")
