"""Send one record in eight formats, then a pickle that is no record, then half a message."""

import json
import pickle
import socket
import sys

from formats import FORMATS
from framing import frame, read

host, word, number, secret = sys.argv[1:]
record = {"name": word, "number": int(number), "price": 2.5}


class Trap:
    """Whoever unpickles it calls print: any other function of Python would do as well."""

    def __reduce__(self):
        return print, (f"{secret} runs on your host",)


with socket.create_connection((host, 15080)) as connection, connection.makefile("rb") as stream:
    for name, (encode, decode) in FORMATS.items():
        data = encode(record)
        connection.sendall(frame(name, data))
        _, answer = read(stream)
        print(f"{name}: {len(data)} bytes, answer {decode(answer)}")
    for name in ("pickle", "careful"):
        connection.sendall(frame(name, pickle.dumps(Trap())))
    connection.sendall(frame("json", json.dumps(record).encode())[:-9])
