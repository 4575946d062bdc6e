"""Ways to break the encodings, and so to prove that their expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the lengths stand in the other byte order, on both sides",
        edit("framing.py", '"!8sI"', '"<8sI"'),
    ),
    Break(
        "the sender's record has another price",
        edit("send_records.py", '"price": 2.5', '"price": 3.5'),
    ),
    Break(
        "the server answers before it is asked",
        edit(
            "records.py",
            "with connection, connection",
            'first = {"name": sys.argv[1], "number": 314160, "price": 5.0}\n'
            'connection.sendall(frame("json", FORMATS["json"][0](first)))\n'
            "with connection, connection",
        ),
    ),
    Break(
        "the server prints what it should have read",
        edit(
            "records.py",
            "print(name, record)",
            "print(name, {**record, 'name': 'violet'} if record else record)",
        ),
    ),
    Break(
        "the sender prints the answer that it should have read",
        edit(
            "send_records.py",
            "{decode(answer)}",
            "{ {**decode(answer), 'name': 'marble'} }",
        ),
    ),
    *(
        Break(f"the {name} reader gets the numbers' types wrong", edit("formats.py", *change))
        for name, change in {
            "JSON": ("json.loads)", "lambda data: json.loads(data, parse_int=str))"),
            "XML": ("attrib)),", "attrib, price=2.5)),"),
            "CSV": ("csv.reader(data", "csv.reader('a' + data"),
        }.items()
    ),
    Break(
        "little end and big end are one",
        edit("formats.py", '"struct <": "<8sId"', '"struct <": ">8sId"'),
    ),
    Break(
        "the big end comes last",
        edit("formats.py", '"struct >": ">8sId"', '"struct >": "<8sId"'),
    ),
    Break(
        "base64 is left out",
        edit(
            "formats.py", 'base64.b64encode(pack("struct >", record))', 'pack("struct >", record)'
        ),
        edit("formats.py", "base64.b64decode(data)", "data"),
    ),
    Break(
        "pickles are of an older protocol",
        edit(
            "formats.py",
            '"pickle": (lambda record: pickle.dumps(record, protocol=4)',
            '"pickle": (lambda record: pickle.dumps(record, protocol=2)',
        ),
    ),
    Break(
        "the careful reader is not",
        edit("formats.py", "Careful(io.BytesIO(data)).load()", "pickle.loads(data)"),
    ),
    Break(
        "the trap is none",
        edit("send_records.py", "pickle.dumps(Trap())", "pickle.dumps(None)"),
    ),
    Break(
        "the trap does not reach beyond the sender's own words",
        edit("send_records.py", "{secret} runs", "garden runs"),
    ),
    Break(
        "the last message comes whole",
        edit(
            "send_records.py", "json.dumps(record).encode())[:-9]", "json.dumps(record).encode())"
        ),
    ),
    Break(
        "the reader takes half a message for a whole one",
        edit("framing.py", "if len(data) < length:", "if False:"),
    ),
    Break(
        "the second message is sent whole before the sender closes",
        edit("send_and_close.py", "word[:3]", "word"),
    ),
    Break(
        "the receiver prints the message that it should have read",
        edit("until_closed.py", "{stream.read().decode()!r}", "{stream.read() and 'violet'!r}"),
    ),
    Break(
        "all lines are UTF-8",
        edit("send_lines.py", "text.encode(encoding)", "text.encode()"),
    ),
    Break(
        "letters that are no letters are left out",
        edit("lines.py", "line.decode(encoding)", "line.decode(encoding, 'ignore')"),
    ),
    Break(
        "the receiver of lines prints what it should have read",
        edit("lines.py", "{line.decode(encoding)!r}", "{line.decode(encoding) and 'Zoë violet'!r}"),
    ),
    Break(
        "the sender of lines says how many characters, but not how many bytes",
        edit("send_lines.py", "{len(data)} bytes", "{len(text)} bytes"),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
