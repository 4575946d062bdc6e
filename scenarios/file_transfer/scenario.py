"""FTP moves each file over a connection of its own"""

import hashlib

import pytest

from lab import Command, Program, Scenario, Tcp, ftp

CONTROL = Tcp(21)
MODES = ("passive", "active")
OPENING = {"passive": {4: "PASV", 6: "EPSV"}, "active": {4: "PORT", 6: "EPRT"}}
FILES = ("/home/student/parcel", "/home/student/answer")
each_mode = pytest.mark.parametrize("mode", MODES)


def steps(lab):
    lab.files.run(Command("sh", "-c", f"yes {{answer}} | head -n 1500 > {FILES[1]}"))
    for mode, word in zip(MODES, ("{word}", "{word2}"), strict=True):
        lab.client.run(Program("client.py", "files", mode, word), name=mode)
        lab.files.run(Command("sha256sum", *FILES), name=mode)


scenario = Scenario(part="E", lectures=[3], hosts=["client", "files"], steps=steps)


def contents(observed, mode):
    """Return what is in the file that a client sends, and in the one that it fetches."""
    word = observed.word if mode == "passive" else observed.word2
    return (word.encode() + bytes(range(256))) * 40, f"{observed.answer}\n".encode() * 1500


def connections(observed, mode, at=None):
    """Return the three connections of a client: control, upload, download."""
    control, up, down = observed.conversations("tcp", during=observed.client[mode], at=at)
    assert control.server.port == CONTROL.port
    assert [up.server.port, down.server.port] == ftp.data_ports(control)
    return control, up, down


@each_mode
def test_each_file_is_the_same_on_both_hosts(observed, mode):
    digests = [hashlib.sha256(content).hexdigest() for content in contents(observed, mode)]
    printed = observed.client[mode].findall(r"^(\w+) +(\w{64})$")
    assert printed == [*zip(("sent", "fetched"), digests, strict=True)]
    assert observed.files[mode].findall(r"^(\w{64}) +(\S+)$") == [*zip(digests, FILES, strict=True)]


@each_mode
def test_commands_and_answers_are_lines_on_the_control_connection(observed, mode):
    control, _, _ = connections(observed, mode)
    opening = OPENING[mode][observed.family.version]
    said = [line.split()[0] for line in control.sent.decode().splitlines()]
    file = ["TYPE", opening, "STOR", "TYPE", opening, "RETR"]
    assert said == ["USER", "PASS", *file, "QUIT"]
    assert observed.client[mode].findall(r"^\*cmd\* '(\w+)") == [(word,) for word in said]


def test_in_passive_mode_the_client_opens_it_to_a_port_that_the_server_named(observed):
    for data in connections(observed, "passive")[1:]:
        assert data.client.ip == observed.client.address
        assert data.server.ip == observed.files.address
        assert data.handshake == ["SYN", "SYN ACK", "ACK"]


def test_in_active_mode_the_server_opens_it_from_port_20_to_a_port_that_the_client_named(observed):
    for data in connections(observed, "active")[1:]:
        assert (data.client.ip, data.client.port) == (observed.files.address, 20)
        assert data.server.ip == observed.client.address
        assert data.handshake == ["SYN", "SYN ACK", "ACK"]


@each_mode
def test_each_file_has_a_connection_that_its_sender_alone_uses_and_closes(observed, mode):
    senders = (observed.client.address, observed.files.address)
    connected = zip(connections(observed, mode)[1:], senders, contents(observed, mode), strict=True)
    for data, sender, content in connected:
        assert {segment.packet.source.ip for segment in data.data_segments()} == {sender}
        assert data.sent + data.received == content
        assert data.fins[0].packet.source.ip == sender


def test_there_are_two_control_and_four_data_connections_and_no_others(observed):
    spoken_of = [talk for mode in MODES for talk in connections(observed, mode)]
    assert list(observed.conversations("tcp")) == spoken_of


@each_mode
def test_an_upload_is_called_complete_when_the_server_has_seen_its_end(observed, mode):
    # Seen at the server: there both connections pass in the order in which things happen.
    control, up, _ = connections(observed, mode, at="files")
    complete = control.data_segments("server", carrying=b"226 ")[0]
    assert up.fins[0].time_ns < complete.time_ns


@each_mode
def test_the_password_is_hidden_on_the_screen_and_not_on_the_wire(observed, mode):
    assert "*cmd* 'PASS ***********'" in observed.client[mode].stdout
    assert b"PASS lab-student\r\n" in connections(observed, mode)[0].sent
