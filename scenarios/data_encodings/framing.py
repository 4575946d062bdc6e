"""Messages in a stream: before each one stand its format, in 8 bytes, and its length, in 4."""

import struct

HEADER = struct.Struct("!8sI")  # "!": the byte order of the network, which is ">"


def frame(name, data):
    return HEADER.pack(name.encode(), len(data)) + data


def read(stream):
    """Return the format and the bytes of the next message, or None at the end of the stream."""
    header = stream.read(HEADER.size)
    if not header:
        return None
    name, length = HEADER.unpack(header)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError(f"{len(data)} of {length} bytes came")
    return name.rstrip(b"\0").decode(), data
