"""FTP moves each file over a connection of its own"""

import hashlib
import re

from lab import Address, Command, Family, Program, Scenario, Tcp

CONTROL = Tcp(21)
MODES = ("passive", "active")
PARCEL = "/home/student/parcel"


def steps(lab):
    for mode in MODES:
        lab.client.run(Program("client.py", "files", mode))
        lab.files.run(Command("sha256sum", PARCEL))
    lab.files.run(Command("rm", PARCEL))


scenario = Scenario(part="E", lectures=[3], hosts=["client", "files"], steps=steps)


def controls(observed):
    """Return the control connection of each mode."""
    return dict(zip(MODES, observed.conversations(CONTROL), strict=True))


def named(observed, mode):
    """Return the ports for data that were named on the control connection, in order.

    PORT and PASV are RFC 959, EPRT and EPSV RFC 2428.
    """
    control = controls(observed)[mode]
    text = {"passive": control.received, "active": control.sent}[mode].decode()
    pairs = re.findall(r"^(?:227 .*\(|PORT )(?:\d+,){4}(\d+),(\d+)", text, re.MULTILINE)
    whole = re.findall(r"^(?:229 .*\(|EPRT )\|.*\|(\d+)\|", text, re.MULTILINE)
    return [256 * int(high) + int(low) for high, low in pairs] + [int(port) for port in whole]


def transfers(observed, mode, at=None):
    """Return the data connections that one mode's control connection speaks of: upload, download.

    A server may name the same port for both, one after the other.
    """
    ports = named(observed, mode)
    found = [data for port in set(ports) for data in observed.conversations(Tcp(port), at=at)]
    found.sort(key=lambda data: data.started_ns)
    assert len(ports) == 2
    assert [data.server.port for data in found] == ports
    return found


def own(observed, host):
    return observed.host(host).addresses[observed.family]


def carried(observed, mode):
    """Return what each data connection brought to host files, and what it took from there."""
    bytes_of = [(each.sent, each.received) for each in transfers(observed, mode)]
    return bytes_of if mode == "passive" else [(there, back) for back, there in bytes_of]


def test_what_was_sent_lies_on_the_server_and_comes_back_unchanged(observed):
    for mode, client, there in zip(
        MODES, observed.client.transcripts, observed.files.transcripts, strict=False
    ):
        digests = dict(line.split() for line in client.stdout[-2:])
        assert digests["sent"] == digests["returned"], mode
        assert there.stdout == [f"{digests['sent']}  {PARCEL}"], mode


def test_commands_and_answers_are_lines_on_the_control_connection(observed):
    passive, active = ("PASV", "PORT") if observed.family is Family.IPV4 else ("EPSV", "EPRT")
    for mode, opening in (("passive", passive), ("active", active)):
        said = [line.split()[0] for line in controls(observed)[mode].sent.decode().splitlines()]
        file = ["TYPE", opening, "STOR", "TYPE", opening, "RETR"]
        assert said == ["USER", "PASS", *file, "QUIT"]


def test_in_passive_mode_the_client_opens_the_data_connection_to_a_port_that_the_server_named(
    observed,
):
    for data in transfers(observed, "passive"):
        assert data.client.ip == own(observed, "client")
        assert data.server.ip == own(observed, "files")
        assert data.handshake == ["SYN", "SYN ACK", "ACK"]


def test_in_active_mode_the_server_opens_it_from_port_20_to_a_port_that_the_client_named(observed):
    for data in transfers(observed, "active"):
        assert data.client == Address(own(observed, "files"), 20)
        assert data.server.ip == own(observed, "client")
        assert data.handshake == ["SYN", "SYN ACK", "ACK"]


def test_each_file_has_a_connection_of_its_own_which_carries_its_bytes_and_nothing_else(observed):
    for mode, client in zip(MODES, observed.client.transcripts, strict=True):
        digest = client.stdout[-1].split()[1]
        (up, nothing), (no_more, down) = carried(observed, mode)
        assert (nothing, no_more) == (b"", b"")
        assert [hashlib.sha256(parcel).hexdigest() for parcel in (up, down)] == [digest, digest]


def test_there_are_two_control_and_four_data_connections_and_no_others(observed):
    tcp = [each for each in observed.conversations() if each.protocol == "tcp"]
    spoken_of = [data for mode in MODES for data in transfers(observed, mode)]
    assert len(tcp) == len(controls(observed)) + len(spoken_of) == 6


def test_whoever_sends_a_file_ends_it_by_closing_its_connection(observed):
    for mode in MODES:
        for data, sender in zip(transfers(observed, mode), ("client", "files"), strict=True):
            end = next(event for event in data.events if event.fin)
            assert end.packet.source.ip == own(observed, sender)


def test_the_server_calls_an_upload_complete_when_it_has_seen_that_end_and_not_before(observed):
    # Seen at the server: there both connections pass in the order in which things happen.
    by_mode = dict(zip(MODES, observed.conversations(CONTROL, at="files"), strict=True))
    for mode, control in by_mode.items():
        upload, _ = transfers(observed, mode, at="files")
        end = next(event for event in upload.events if event.fin)
        said = next(event for event in control.events if b"226 " in event.payload)
        assert end.time_ns < said.time_ns


def test_the_password_is_hidden_on_the_screen_and_not_on_the_wire(observed):
    for mode, client in zip(MODES, observed.client.transcripts, strict=True):
        assert "*cmd* 'PASS ***********'" in client.stdout
        assert b"PASS lab-student\r\n" in controls(observed)[mode].sent
