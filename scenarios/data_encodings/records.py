"""Read records in many formats, and answer each in its own format with another record."""

import pickle
import socket
import sys

from formats import FORMATS, unpack
from framing import frame, read


def answer(connection, name, data):
    encode, decode = FORMATS[name]
    record = decode(data)
    print(name, record)
    if name == "struct <":
        print("in the other byte order", unpack("struct >", data)["number"])
    if record:
        number, price = int(record["number"]), float(record["price"])
        record = {"name": sys.argv[1], "number": number + 1, "price": price * 2}
        connection.sendall(frame(name, encode(record)))


with socket.create_server(("", 15080), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()
with connection, connection.makefile("rb") as stream:
    try:
        while message := read(stream):
            try:
                answer(connection, *message)
            except pickle.UnpicklingError as error:
                print("refused:", error)
    except EOFError as error:
        print("cut off:", error)
