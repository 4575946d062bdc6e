"""The socket table of a host, from the kernel's text and from its tools' output."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.wire.address import Address
from lab.wire.sockets.parse import STATES
from lab.wire.sockets.table import (
    GONE,
    Sample,
    SocketEntry,
    StateChange,
    parse_netstat,
    parse_proc,
    parse_ss,
    samples,
    state_changes,
    table_at,
)

HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
TAIL = "00:00000000 00000000  1000        0 4242 1 0000000000000000 100 0 0 10 0"


def proc(line: str) -> SocketEntry:
    (entry,) = parse_proc(f"{HEADING}\n{line}\n", "tcp6")
    return entry


def test_a_listening_socket_has_no_other_end() -> None:
    entry = proc(f"   0: 00000000:3A98 00000000:0000 0A 00000000:00000003 {TAIL}")
    assert entry == SocketEntry("tcp", Address("0.0.0.0", 15000), None, "LISTEN", 3, 0, 1000, 4242)


def test_addresses_are_read_from_the_machines_byte_order() -> None:
    entry = proc(f"   1: 14004D0A:3A98 0A004D0A:9C40 01 00000005:00000007 {TAIL}")
    assert entry.local == Address("10.77.0.20", 15000)
    assert entry.remote == Address("10.77.0.10", 40000)
    assert (entry.state, entry.receive_queue, entry.send_queue) == ("ESTABLISHED", 7, 5)


def test_ipv6_addresses_are_read_word_by_word() -> None:
    packed = socket.inet_pton(socket.AF_INET6, "fd00:10:77::20")
    words = [packed[at : at + 4][::-1].hex().upper() for at in range(0, 16, 4)]
    entry = proc(f"   2: {''.join(words)}:0050 {'0' * 32}:0000 0A 00000000:00000000 {TAIL}")
    assert entry.local == Address("fd00:10:77::20", 80)


def test_an_ipv4_address_in_an_ipv6_socket_is_shown_as_ipv4() -> None:
    ip = "0000000000000000FFFF000014004D0A"
    entry = proc(f"   3: {ip}:0050 {ip}:9C40 06 00000000:00000000 {TAIL}")
    assert entry.local == Address("10.77.0.20", 80)
    assert entry.state == "TIME_WAIT"


@pytest.mark.parametrize(("number", "name"), STATES.items())
def test_every_state_of_the_kernel_has_a_name(number: int, name: str) -> None:
    entry = proc(f"   4: 00000000:3A98 00000000:0000 {number:02X} 00000000:00000000 {TAIL}")
    assert entry.state == name


@given(st.text())
def test_text_of_another_form_holds_no_sockets(text: str) -> None:
    for entry in (*parse_proc(text, "tcp"), *parse_ss(text), *parse_netstat(text)):
        assert isinstance(entry, SocketEntry)


SS = """\
State      Recv-Q Send-Q            Local Address:Port     Peer Address:Port Process
LISTEN     0      128                     0.0.0.0:15000         0.0.0.0:*
LISTEN     0      5                             *:80                  *:*
LISTEN     0      128                        [::]:22               [::]:*
SYN-SENT   0      1                    10.77.0.10:40001      10.77.0.20:9
FIN-WAIT-2 0      0                    10.77.0.20:15000      10.77.0.10:40000
CLOSE-WAIT 12     0       [::ffff:10.77.0.20]:80  [::ffff:10.77.0.10]:40002
UNCONN     0      0                 127.0.0.53%lo:53            0.0.0.0:*
ESTAB      0      0              [fe80::1%eth0]:80       [fd00:10:77::10]:40003
"""


def test_what_ss_prints_is_read_with_the_kernels_names_for_states() -> None:
    entries = parse_ss(SS)
    assert [(str(e.local), str(e.remote or "-"), e.state) for e in entries] == [
        ("0.0.0.0:15000", "-", "LISTEN"),
        ("[::]:80", "-", "LISTEN"),
        ("[::]:22", "-", "LISTEN"),
        ("10.77.0.10:40001", "10.77.0.20:9", "SYN_SENT"),
        ("10.77.0.20:15000", "10.77.0.10:40000", "FIN_WAIT2"),
        ("10.77.0.20:80", "10.77.0.10:40002", "CLOSE_WAIT"),
        ("127.0.0.53:53", "-", "CLOSE"),
        ("[fe80::1]:80", "[fd00:10:77::10]:40003", "ESTABLISHED"),
    ]
    assert entries[5].receive_queue == 12


def test_ss_asked_for_both_protocols_says_which_in_a_column() -> None:
    text = """Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port
udp   UNCONN 0      0            0.0.0.0:68         0.0.0.0:*
tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*
"""
    assert [entry.protocol for entry in parse_ss(text)] == ["udp", "tcp"]
    assert parse_ss(SS, "udp")[0].protocol == "udp"


def test_what_netstat_prints_is_read() -> None:
    text = """Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 0.0.0.0:15000           0.0.0.0:*               LISTEN
tcp        0      3 10.77.0.20:15000        10.77.0.10:40000        FIN_WAIT2
tcp6       0      0 :::80                   :::*                    LISTEN
udp        9      0 0.0.0.0:53              0.0.0.0:*
udp        0      0 10.77.0.10:40000        10.77.0.53:53           ESTABLISHED
"""
    assert [(str(e.local), str(e.remote or "-"), e.state) for e in parse_netstat(text)] == [
        ("0.0.0.0:15000", "-", "LISTEN"),
        ("10.77.0.20:15000", "10.77.0.10:40000", "FIN_WAIT2"),
        ("[::]:80", "-", "LISTEN"),
        ("0.0.0.0:53", "-", "CLOSE"),
        ("10.77.0.10:40000", "10.77.0.53:53", "ESTABLISHED"),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc/net to read here")
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_real_conversation_is_found_in_the_kernels_own_table(
    family: socket.AddressFamily,
) -> None:
    loopback = "127.0.0.1" if family == socket.AF_INET else "::1"
    suffix = "" if family == socket.AF_INET else "6"
    if not Path(f"/proc/net/tcp{suffix}").exists():
        pytest.skip("this kernel runs without that IP version")
    with socket.create_server((loopback, 0), family=family) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((loopback, port)) as client, listener.accept()[0]:
            near, far = Address(*client.getsockname()[:2]), Address(loopback, port)
            tables = [parse_proc(Path(f"/proc/net/tcp{suffix}").read_text(), "tcp")]
            for words, parse in ((["ss", "-tan"], parse_ss), (["netstat", "-tanW"], parse_netstat)):
                try:
                    shown = subprocess.run(words, capture_output=True, text=True, check=True)
                except FileNotFoundError:
                    continue
                tables.append(parse(shown.stdout))
            for table in tables:
                states = {(entry.local, entry.remote): entry.state for entry in table}
                assert states[far, None] == "LISTEN"
                assert states[near, far] == states[far, near] == "ESTABLISHED"


SERVER, CLIENT = Address("10.77.0.20", 15000), Address("10.77.0.10", 40000)


def row(
    time_ns: int, state: int, remote: Address | None = CLIENT, *, waiting: int = 0
) -> tuple[int, tuple[str, str, int, str, int, int, int, int]]:
    ip, port = (remote.ip, remote.port or 0) if remote else ("0.0.0.0", 0)
    local = "::ffff:10.77.0.20" if remote else "0.0.0.0"
    return time_ns, ("tcp", local, 15000, ip, port, state, waiting, 0)


def test_changes_of_one_moment_make_one_sample_and_add_up_to_tables() -> None:
    found = samples([row(2, 1), row(1, 10, None), row(3, GONE), row(4, GONE)])
    assert [(each.time_ns, len(each.entries), len(each.gone)) for each in found] == [
        (1, 1, 0),
        (2, 1, 0),
        (3, 0, 1),
        (4, 0, 0),
    ]
    assert found[2].gone == found[1].entries
    assert [len(table_at(found, time_ns)) for time_ns in range(5)] == [0, 1, 2, 1, 1]
    assert found[1].entries[0].local == SERVER


def test_a_socket_has_a_state_until_it_has_another_and_is_closed_when_it_is_gone() -> None:
    found = samples(
        [row(10, 10, None), row(20, 3), row(30, 1), row(40, 1, waiting=7), row(50, 5), row(60, 0)]
    )
    assert state_changes(found) == {
        ("tcp", SERVER, CLIENT): [
            StateChange(20, "SYN_RECV", True),
            StateChange(30, "ESTABLISHED", True),
            StateChange(50, "FIN_WAIT2", True),
            StateChange(60, "CLOSE", True),
        ]
    }


def test_a_socket_that_was_never_there_has_no_states() -> None:
    assert state_changes([Sample(1), Sample(2)]) == {}
