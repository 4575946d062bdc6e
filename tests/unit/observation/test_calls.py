"""What strace(1) wrote is read as calls; the traces in traces/ are real ones of Python programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packet_frames import hello

from lab.errors import CouldNotJudge, NotObserved
from lab.observation.calls import values
from lab.observation.calls.call import Call
from lab.observation.calls.record import from_call, to_call
from lab.observation.calls.told import Told
from lab.observation.calls.trace import FIRST, LAST, read
from lab.observation.host import HostObservation
from lab.observation.observation import Observation
from lab.observation.transcript import Transcript
from lab.wire.address import Address, Family, Tcp, Udp
from lab.wire.packet import decode

TRACES = Path(__file__).parent / "traces"
STARTED = "".join(
    f'7 1.00000000{n} execve("{n}", ["{n}"], 0x1) = 0 <0.000000001>\n' for n in range(4)
)


def real(name: str) -> Told:
    """Return what a kept trace tells."""
    return read((TRACES / f"{name}.strace").read_text())


def short(*lines: str) -> Told:
    """Return what these lines tell of process 7, which has become the program."""
    return read(STARTED + "".join(f"7 {line}\n" for line in lines))


def names(found: Told) -> list[str]:
    """Return the names of the calls that were found."""
    return [call.name for call in found.calls]


def test_a_thread_waits_in_accept_while_another_connects() -> None:
    found = real("threads")
    (accept,) = [call for call in found.calls if call.name == "accept"]
    (connect,) = [call for call in found.calls if call.name == "connect"]
    assert accept.thread != accept.pid
    assert connect.thread == connect.pid == accept.pid
    assert accept.began_ns < connect.began_ns
    assert accept.ended_ns is not None
    assert accept.ended_ns > connect.began_ns
    assert connect.arguments == (Address("127.0.0.1", 15999),)
    assert accept.result == accept.socket.remote if accept.socket else None


def test_what_is_sent_and_received_is_told_byte_for_byte() -> None:
    found = real("threads")
    sent = [call for call in found.calls if call.name == "send"]
    assert [call.arguments[0] for call in sent] == [b"go\0\x80", b"x" * 256]
    assert [call.length for call in sent] == [4, 300]
    received = [call for call in found.calls if call.name == "recv"]
    assert [(call.result, call.length) for call in received] == [
        (b"go\0\x80", 4),
        (b"x" * 256, 300),
    ]


def test_what_a_child_prints_into_a_pipe_of_its_parent_is_not_printed() -> None:
    found = real("forks")
    said = dict.fromkeys(("stdout", "stderr"), b"")
    for each in found.printed:
        said[each.stream] += each.data
    message = b"(b'hel', [], 32, ('127.0.0.1', "
    begun, _, rest = said["stdout"].partition(message)
    assert begun == b"child\n"
    assert rest.partition(b"\n")[2] == b"b'inner\\n'\nouter\n111\n"
    assert said["stderr"] == b"a\nb\n"


def test_a_message_that_is_cut_says_so_and_a_refusal_names_its_error() -> None:
    calls = real("forks").calls
    (cut,) = [call for call in calls if call.name == "recvmsg"]
    assert (cut.result, cut.flags) == (b"hel", "MSG_TRUNC")
    (refused,) = [call for call in calls if call.name == "connect"]
    assert refused.error == "ECONNREFUSED"
    assert [call.arguments for call in calls if call.name == "sendto"] == [
        (b"hello", Address("127.0.0.1", 15998))
    ]


def test_a_call_that_a_signal_ended_did_not_return() -> None:
    found = real("killed")
    (accept,) = [call for call in found.calls if call.name == "accept"]
    assert (accept.result, accept.ended_ns, accept.waited) == (None, None, 0)
    assert found.is_whole


def test_a_timeout_is_a_poll_that_waits_and_the_end_of_the_stream_is_empty() -> None:
    calls = real("six").calls
    polls = [call for call in calls if call.name == "poll"]
    assert 0.05 <= polls[0].waited < 0.06
    assert polls[0].result == 0
    assert polls[0].socket is not None
    assert polls[0].socket.remote == Address("::1", 15995)
    assert [call.result for call in calls if call.name == "recv"] == [b""]


def test_the_programs_that_the_lab_starts_it_through_are_not_the_program() -> None:
    opened = "7 1.5 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3 <0.000000001>\n"
    before = opened.replace("1.5", "1.000000001")
    first, *others = STARTED.splitlines(keepends=True)
    found = read("".join([first, before, *others, opened.replace("1.5", "2.000000000")]))
    assert [call.began_ns for call in found.calls] == [2_000_000_000]


def test_a_trace_that_breaks_off_is_not_whole_and_a_broken_line_is_no_call() -> None:
    assert short("2.000000001 +++ killed by SIGKILL +++").is_whole
    found = short(
        "2.000000001 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3 <0.000000009>", "2.0000"
    )
    assert names(found) == ["socket"]
    assert not found.is_whole


def test_an_ipv4_peer_of_an_ipv6_socket_has_its_ipv4_address() -> None:
    found = short(
        "2.000000001 socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = 3 <0.000000001>",
        "3.000000000 accept4(3, {sa_family=AF_INET6, sin6_port=htons(40000), sin6_flowinfo="
        'htonl(0), inet_pton(AF_INET6, "::ffff:10.77.0.10", &sin6_addr), sin6_scope_id=0}, '
        "[28], SOCK_CLOEXEC) = 4 <0.500000000>",
    )
    assert found.calls[-1].result == Address("10.77.0.10", 40000)
    assert found.calls[-1].waited == 0.5


def test_a_descriptor_that_is_used_again_is_another_socket() -> None:
    opened = "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3 <0.000000001>"
    found = short(f"2.000000001 {opened}", "2.1 close(3) = 0 <0.1>", f"3.000000001 {opened}")
    numbers = [call.socket.number for call in found.calls if call.socket is not None]
    assert numbers == [1, 2]


def test_a_read_of_a_file_is_no_call_of_a_program_on_its_sockets() -> None:
    assert short('2.000000001 read(5, "x = 1", 9) = 5 <0.000000001>').calls == ()


def test_who_waits_for_sockets_of_no_network_only_waits_for_a_screen() -> None:
    screen = "2.000000001 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3 <0.000000001>"
    network = "2.000000002 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 4 <0.000000001>"

    def poll(at: int, *numbers: int) -> str:
        watched = ", ".join(f"{{fd={each}, events=POLLIN}}" for each in numbers)
        return f"2.00000010{at} poll([{watched}], {len(numbers)}, -1) = 1 <0.000000001>"

    found = short(screen, network, poll(1, 3), poll(2, 3, 4), poll(3, 0, 3), poll(4))
    polls = [call.arguments[0] for call in found.calls if call.name == "poll"]
    assert [str(each).count("fd=") for each in polls] == [2, 2, 0]
    assert not any(str(each).startswith("[{fd=3, events=POLLIN}]") for each in polls)


def test_of_a_flood_of_calls_the_rest_is_counted() -> None:
    waits = [
        f"2.{n:09} poll([], 0, 0) = 0 (Timeout) <0.000000001>" for n in range(FIRST + LAST + 5)
    ]
    found = short(*waits)
    assert (len(found.calls), found.left_out) == (FIRST + LAST, 5)
    assert found.calls[-1].began_ns - found.calls[0].began_ns == FIRST + LAST + 4


def test_a_transcript_asks_for_calls_by_name_and_service() -> None:
    made = real("forks").calls
    seen = Transcript("client", "client.py", made=made, traced=True)
    assert [call.error for call in seen.calls("connect", of=Tcp(15997))] == ["ECONNREFUSED"]
    assert seen.calls("connect", of=Udp(15997)) == []
    assert {call.name for call in seen.calls("sendto", "recvmsg")} == {"sendto", "recvmsg"}


def test_a_host_and_a_run_ask_all_their_traced_programs() -> None:
    def seen(host: str, name: str, began_ns: int) -> Transcript:
        call = Call(name, (), 0, None, began_ns, began_ns + 1, 1, 1)
        return Transcript(host, f"{host}.py", made=(call,), traced=True)

    client = HostObservation("client", {}, (Transcript("client", "ss"), seen("client", "send", 5)))
    server = HostObservation("server", {}, (seen("server", "recv", 3),))
    router = HostObservation("router", {}, (Transcript("router", "ip"),))
    run = Observation("echo", Family.IPV4, (client, router, server))
    assert [call.name for call in client.calls()] == ["send"]
    assert [call.name for call in run.calls()] == ["recv", "send"]
    assert [call.name for call in run.calls("send")] == ["send"]
    with pytest.raises(NotObserved, match="ss on client"):
        HostObservation("client", {}, (Transcript("client", "ss"),)).calls()


def test_calls_of_a_program_that_was_not_traced_are_not_observed() -> None:
    with pytest.raises(CouldNotJudge, match="ptrace is not permitted"):
        Transcript("client", "client.py", untraced="ptrace is not permitted").calls()
    with pytest.raises(NotObserved, match="untraced"):
        Transcript("client", "client.py").calls("recv")
    assert Transcript("client", "client.py", traced=True).calls("recv") == []


def test_a_call_returned_after_a_packet_that_came_meanwhile() -> None:
    call = Call("connect", (), 0, None, 100, 300, 1, 1)
    before, after = (decode(hello(), time_ns=time_ns) for time_ns in (200, 400))
    assert call.returned_after(before)
    assert call.began_before(before)
    assert not call.returned_after(after)
    assert call.returned_before(after)


def test_a_call_can_have_returned_as_late_as_its_thread_made_the_next_one() -> None:
    found = short(
        "5.000000000 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3 <0.000000001>",
        "5.000001000 recvfrom(3,  <unfinished ...>",
        '5.000001000 <... recvfrom resumed>"x", 1, 0, NULL, NULL) = 1 <0.000002000>',
        "5.000009000 close(3) = 0 <0.000000001>",
        "5.000009500 +++ exited with 0 +++",
    )
    recv = found.calls[1]
    assert (recv.ended_ns, recv.over_ns) == (5_000_003_000, 5_000_009_000)
    between, later = (decode(hello(), time_ns=ns) for ns in (5_000_005_000, 5_000_010_000))
    assert recv.returned_after(between)
    assert recv.returned_before(later)


@pytest.mark.parametrize("name", ["threads", "forks", "killed", "six"])
def test_a_call_is_the_same_when_it_comes_back_from_a_record(name: str) -> None:
    for call in real(name).calls:
        assert to_call(from_call(call)) == call


def c_string(data: bytes) -> str:
    """Write bytes as strace(1) does."""
    return (
        '"'
        + "".join(chr(b) if 32 < b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in data)
        + '"'
    )


@given(st.binary(max_size=40))
def test_any_data_is_read_back(data: bytes) -> None:
    assert values.data(c_string(data)) == data
    assert values.arguments(f"3, {c_string(data)}, 9, 0") == ["3", c_string(data), "9", "0"]


@given(st.text(max_size=200))
def test_whatever_a_trace_holds_it_is_read_without_an_error(text: str) -> None:
    read(STARTED + "".join(f"7 2.{n:09} {line}\n" for n, line in enumerate(text.split("\n"))))
    values.arguments(text)
