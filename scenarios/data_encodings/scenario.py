"""Eight formats carry one record as different bytes"""

import pickle
from base64 import b64encode
from struct import pack

import pytest

from lab import Program, Scenario, Tcp

RECORDS, LINES, CLOSED = Tcp(15080), Tcp(15081), Tcp(15082)
FORMATS = ["json", "xml", "csv", "struct >", "struct <", "base64", "pickle", "careful"]

scenario = Scenario(
    part="G",
    server=[
        Program("records.py", "{answer}", listens_on=RECORDS),
        Program("lines.py", listens_on=LINES),
        Program("until_closed.py", listens_on=CLOSED),
    ],
    client=[
        Program("send_records.py", "server", "{word}", "{number}", "{word2}"),
        Program("send_lines.py", "server", "{word}"),
        Program("send_and_close.py", "server", "{word}"),
    ],
)


def messages(name, number, price):
    """Return a record's message in each format, worked out without the programs' own functions."""
    big, little = (pack(order + "8sId", name.encode(), number, price) for order in "><")
    pickled = pickle.dumps(read(name, number, price), protocol=4)
    json = f'{{"name": "{name}", "number": {number}, "price": {price}}}'.encode()
    xml = f'<record name="{name}" number="{number}" price="{price}" />'.encode()
    csv = f"{name},{number},{price}\r\n".encode()
    data = (json, xml, csv, big, little, b64encode(big), pickled, pickled)
    named = zip(FORMATS, data, strict=True)
    return [pack(">8sI", each.encode(), len(bytes_)) + bytes_ for each, bytes_ in named]


def sent(observed):
    return messages(observed.word, observed.number, 2.5)


def read(name, number, price, like="json"):
    """Return how Python shows a record that was read: XML and CSV make text of its numbers."""
    record = {"name": name, "number": number, "price": price}
    return {key: str(value) for key, value in record.items()} if like in ("xml", "csv") else record


def test_each_message_is_the_name_of_a_format_a_length_and_the_records_bytes(observed):
    talk = observed.conversation(RECORDS)
    assert talk.sent.startswith(b"".join(sent(observed)))
    assert talk.received == b"".join(messages(observed.answer, observed.number + 1, 5.0))


@pytest.mark.parametrize("name", FORMATS)
def test_server_and_client_read_the_record_and_xml_and_csv_forget_its_types(observed, name):
    heard = read(observed.word, observed.number, 2.5, like=name)
    assert f"{name} {heard}" in observed.server["records.py"].stdout
    heard = read(observed.answer, observed.number + 1, 5.0, like=name)
    size = len(sent(observed)[FORMATS.index(name)]) - 12
    assert f"{name}: {size} bytes, answer {heard}" in observed.client["send_records.py"].stdout


def test_a_number_in_the_wrong_byte_order_is_another_number(observed):
    wrong = int.from_bytes(observed.number.to_bytes(4, "little"), "big")
    assert observed.server["records.py"].stdout[5] == f"in the other byte order {wrong}"


def test_a_strangers_pickle_runs_code_on_the_server_unless_its_reader_is_careful(observed):
    said = [f"{observed.word2} runs on your host", "pickle None"]
    refused = "refused: the sender wants builtins.print"
    assert observed.server["records.py"].stdout[-4:-1] == [*said, refused]


def test_a_length_tells_that_a_message_was_cut_off_and_closing_does_not(observed):
    size = len(sent(observed)[0]) - 12
    cut_off = f"cut off: {size - 9} of {size} bytes came"
    assert observed.server["records.py"].stdout[-1] == cut_off
    whole = [observed.word, observed.word[:3]]
    assert observed.server["until_closed.py"].stdout == [f"the message is {w!r}" for w in whole]
    assert [talk.sent.decode() for talk in observed.conversations(CLOSED)] == whole


def test_one_text_is_other_bytes_in_each_encoding_and_a_wrong_one_may_go_unnoticed(observed):
    text = f"Zoë {observed.word}\n"
    data = [text.encode(encoding) for encoding in ("utf-8", "latin-1", "utf-16-le")]
    assert observed.conversation(LINES).sent == b"".join(data)
    assert observed.client.findall("11 characters, (.+) b") == [(str(len(each)),) for each in data]
    tried = observed.server["lines.py"].findall("^  (?:utf-8|latin-1): (.+)$")[:4]
    unnoticed, error = repr(text.replace("ë", "Ã«")), "invalid continuation byte"
    assert [each for (each,) in tried] == [repr(text), unnoticed, error, repr(text)]


def test_a_line_of_utf_16_ends_in_the_middle_of_a_character(observed):
    *_, line, _, _, wide, rest, _, _, _ = observed.server["lines.py"].stdout
    assert line == "21 bytes: " + f"Zoë {observed.word}\n".encode("utf-16-le")[:-1].hex(" ")
    assert (wide, rest) == ("  utf-16-le: truncated data", "1 bytes: 00")
