"""One record in eight formats: each makes bytes of a record, and a record of bytes."""

import base64
import csv
import io
import json
import pickle
import struct
from xml.etree import ElementTree

FIELDS = ("name", "number", "price")
LAYOUT = {"struct >": ">8sId", "struct <": "<8sId"}  # 8 bytes, an int of 4 bytes, a float of 8


def to_xml(record):
    return ElementTree.tostring(
        ElementTree.Element("record", {field: str(record[field]) for field in FIELDS})
    )


def to_csv(record):
    text = io.StringIO()
    csv.writer(text).writerow(record[field] for field in FIELDS)
    return text.getvalue().encode()


def from_csv(data):
    (row,) = csv.reader(data.decode().splitlines())
    return dict(zip(FIELDS, row, strict=True))


def pack(layout, record):
    return struct.pack(LAYOUT[layout], record["name"].encode(), record["number"], record["price"])


def unpack(layout, data):
    name, number, price = struct.unpack(LAYOUT[layout], data)
    return {"name": name.rstrip(b"\0").decode(), "number": number, "price": price}


class Careful(pickle.Unpickler):
    """A pickle may name any function of Python to be called: this reader finds none."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"the sender wants {module}.{name}")


FORMATS = {
    "json": (lambda record: json.dumps(record).encode(), json.loads),
    "xml": (to_xml, lambda data: dict(ElementTree.fromstring(data).attrib)),
    "csv": (to_csv, from_csv),
    "struct >": (lambda record: pack("struct >", record), lambda data: unpack("struct >", data)),
    "struct <": (lambda record: pack("struct <", record), lambda data: unpack("struct <", data)),
    "base64": (
        lambda record: base64.b64encode(pack("struct >", record)),
        lambda data: unpack("struct >", base64.b64decode(data)),
    ),
    "pickle": (lambda record: pickle.dumps(record, protocol=4), pickle.loads),
    "careful": (
        lambda record: pickle.dumps(record, protocol=4),
        lambda data: Careful(io.BytesIO(data)).load(),
    ),
}
