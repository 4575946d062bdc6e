import json
import struct


def send(sock, value):
    data = json.dumps(value).encode()
    sock.sendall(struct.pack("!I", len(data)) + data)


def receive(sock):
    (size,) = struct.unpack("!I", exactly(sock, 4))
    return json.loads(exactly(sock, size))


def exactly(sock, count):
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            raise ConnectionError("closed")
        data += part
    return data
