"""FTP moves each file over a connection of its own"""

import hashlib

import pytest

from lab import Command, Program, Scenario, Tcp, ftp

CONTROL = Tcp(21)
MODES = ("passive", "active")
OPENING = {"passive": {4: "PASV", 6: "EPSV"}, "active": {4: "PORT", 6: "EPRT"}}
PARCEL = "/home/student/parcel"
each_mode = pytest.mark.parametrize("mode", MODES)


def steps(lab):
    for mode in MODES:
        lab.client.run(Program("client.py", "files", mode), name=mode)
        lab.files.run(Command("sha256sum", PARCEL), name=mode)
    lab.files.run(Command("rm", PARCEL))


scenario = Scenario(part="E", lectures=[3], hosts=["client", "files"], steps=steps)


def connections(observed, mode, at=None):
    """Return the three connections of a client: control, upload, download."""
    control, up, down = observed.conversations("tcp", during=observed.client[mode], at=at)
    assert control.server.port == CONTROL.port
    assert [up.server.port, down.server.port] == ftp.data_ports(control)
    return control, up, down


@each_mode
def test_what_was_sent_lies_on_the_server_and_comes_back_unchanged(observed, mode):
    digests = dict(observed.client[mode].findall(r"^(sent|returned) +(\w+)$"))
    assert digests["sent"] == digests["returned"]
    assert observed.files[mode].stdout == [f"{digests['sent']}  {PARCEL}"]


@each_mode
def test_commands_and_answers_are_lines_on_the_control_connection(observed, mode):
    control, _, _ = connections(observed, mode)
    opening = OPENING[mode][observed.family.version]
    said = [line.split()[0] for line in control.sent.decode().splitlines()]
    file = ["TYPE", opening, "STOR", "TYPE", opening, "RETR"]
    assert said == ["USER", "PASS", *file, "QUIT"]


def test_in_passive_mode_the_client_opens_the_data_connection_to_a_port_that_the_server_named(
    observed,
):
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
def test_each_file_has_a_connection_of_its_own_which_its_sender_alone_uses_and_closes(
    observed, mode
):
    ((digest,),) = observed.client[mode].findall(r"^returned +(\w+)$")
    senders = (observed.client.address, observed.files.address)
    for data, sender in zip(connections(observed, mode)[1:], senders, strict=True):
        assert {segment.packet.source.ip for segment in data.data_segments()} == {sender}
        assert hashlib.sha256(data.sent + data.received).hexdigest() == digest
        assert data.fins[0].packet.source.ip == sender


def test_there_are_two_control_and_four_data_connections_and_no_others(observed):
    spoken_of = [talk for mode in MODES for talk in connections(observed, mode)]
    assert list(observed.conversations("tcp")) == spoken_of


@each_mode
def test_the_server_calls_an_upload_complete_when_it_has_seen_its_end_and_not_before(
    observed, mode
):
    # Seen at the server: there both connections pass in the order in which things happen.
    control, up, _ = connections(observed, mode, at="files")
    complete = control.data_segments("server", carrying=b"226 ")[0]
    assert up.fins[0].time_ns < complete.time_ns


@each_mode
def test_the_password_is_hidden_on_the_screen_and_not_on_the_wire(observed, mode):
    assert "*cmd* 'PASS ***********'" in observed.client[mode].stdout
    assert b"PASS lab-student\r\n" in connections(observed, mode)[0].sent
