"""Each cause is told where the run shows it, and not where the run does not."""

from __future__ import annotations

from dataclasses import replace

import frames
import pytest
from played import Play, address

from lab.observation.causes import causes
from lab.observation.observation import Observation
from lab.observation.own_call import OwnCall, own_calls
from lab.observation.record import from_json, to_json
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.wire.address import Address, Family, Service, Tcp, Udp
from lab.wire.packet import Flags, Question, Record, decode
from lab.wire.packet.header.number import ICMP, TCP, UDP
from lab.wire.pcap import Capture
from lab.wire.sockets.parse import SocketEntry
from lab.wire.sockets.table import Sample

SERVES = Tcp(15000)
REFUSED = "ConnectionRefusedError: [Errno 111] Connection refused"


class Lesson(Play):
    """A run of a server and a client, with what listens on each host."""

    def starts(self, *promised: Service, **how: object) -> None:
        """Start the server, and let it time to listen."""
        self.runs("server", "server.py", listens_on=promised or (SERVES,), **how)
        self.wait(20)

    def listens(
        self,
        ip: str = "0.0.0.0",
        on: Service = SERVES,
        host: str = "server",
        v6only: bool | None = None,
    ) -> None:
        """Have a further socket listen from now on."""
        state = "LISTEN" if on.protocol == "tcp" else "CLOSE"
        entry = SocketEntry(on.protocol, Address(ip, on.port), None, state, v6only=v6only)
        self.table(host, *self.now(host), entry)

    def now(self, host: str = "server") -> tuple[SocketEntry, ...]:
        """Return what the last sample of a host shows."""
        seen = self.samples.get(host)
        return seen[-1].entries if seen else ()

    def table(self, host: str, *entries: SocketEntry) -> None:
        """Have a sample show this table."""
        self.samples.setdefault(host, []).append(Sample(self.time_ns, entries))
        self.wait(5)

    def calls(self, port: int = 15000, **how: object) -> None:
        """Start the client, and have the server's host refuse its call."""
        self.runs("client", "client.py", **{"exit_status": 1, **how})
        self.wait(10)
        self.tcp("client", "SYN", ports=(40000, port))
        self.tcp("server", "RST ACK", ports=(40000, port))
        self.wait(5)

    def complains(self, host: str, error: str, call: str = "s.connect(x)") -> None:
        """Have a host's program die of an exception, raised by a call in its own file."""
        self.says(host, "Traceback (most recent call last):", "stderr")
        self.says(host, f'  File "/run/socketlab/run/{host}.py", line 3, in <module>', "stderr")
        self.says(host, f"    {call}", "stderr")
        self.says(host, error, "stderr")
        self.transcripts[host] = replace(self.transcripts[host], exit_status=1)
        self.wait(5)

    def stops(self, host: str) -> None:
        """Have the lab stop a host's program, long after anything happened."""
        self.wait(2000)
        self.transcripts[host] = replace(self.transcripts[host], stopped_for="it had not ended")


def told(play: Play) -> list[str]:
    """Return the sentences on why a run failed."""
    return said(play.observation())


def said(observation: Observation) -> list[str]:
    return [
        f"probably: {cause.sentence}" if cause.inferred else cause.sentence
        for cause in causes(Run.of(observation))
    ]


def over(family: Family = Family.IPV4, ip: str = "0.0.0.0", on: Service = SERVES) -> Lesson:
    """Return a run in which the server listens there."""
    play = Lesson(family)
    play.starts()
    play.listens(ip, on)
    return play


def refused(play: Lesson, **how: object) -> list[str]:
    """Return what is told where the client's call is refused."""
    play.calls(**how)  # type: ignore[arg-type]
    return told(play)


# Where a server listens


def test_a_server_on_another_port() -> None:
    play = over(on=Tcp(15001))
    play.stops("server")
    assert told(play) == ["server.py on server listens on TCP 15001. Expected was TCP 15000."]


def test_a_server_of_the_other_protocol() -> None:
    play = over(on=Udp(15000))
    play.stops("server")
    assert told(play) == ["server.py on server listens on UDP 15000. Expected was TCP 15000."]


@pytest.mark.parametrize("on", [Tcp(15000), Udp(40123)], ids=["as promised", "a client's socket"])
def test_a_server_that_listens_nowhere_else(on: Service) -> None:
    play = over(on=on)
    play.stops("server")
    assert not any("Expected" in sentence for sentence in told(play))


def test_a_server_that_listens_there_and_elsewhere() -> None:
    play = over()
    play.listens(on=Tcp(15001))
    play.stops("server")
    assert not any("Expected" in sentence for sentence in told(play))


def test_a_daemon_that_was_there_before_is_not_the_program() -> None:
    play = Lesson()
    play.listens(on=Tcp(25))
    play.starts()
    play.stops("server")
    assert told(play) == []


IN_USE = "OSError: [Errno 98] Address already in use"


def test_a_port_that_the_program_has_already() -> None:
    play = over()
    play.complains("server", IN_USE)
    play.table("server")
    assert told(play) == [
        "probably: server.py on server could not have TCP 15000: its own first socket has it"
        " already."
    ]


def test_a_port_that_another_program_has() -> None:
    play = over()
    play.runs("server", "second.py", listens_on=(SERVES,))
    play.complains("server", IN_USE)
    assert told(play) == [
        "second.py on server could not have TCP 15000: server.py on server listens there already."
    ]


def test_a_port_in_time_wait_is_seen_or_inferred() -> None:
    play = Lesson()
    there, here = Address(address("client"), 40000), Address(address("server"), 15000)
    play.table("server", SocketEntry("tcp", here, there, "TIME_WAIT"))
    play.starts()
    play.complains("server", IN_USE)
    (seen,) = told(play)
    assert "a connection of a server that has ended is in TIME_WAIT there" in seen
    play.samples.clear()
    assert told(play) == [f"probably: {seen}"]


def test_a_port_that_is_not_taken() -> None:
    play = over(on=Tcp(15001))
    play.complains("server", "OSError: [Errno 13] Permission denied")
    assert not any("could not have" in sentence for sentence in told(play))


# Calls that are refused


def test_a_server_bound_to_loopback() -> None:
    assert refused(over(ip="127.0.0.1")) == [
        "server.py on server listens on 127.0.0.1, so no other host can reach it."
    ]


def test_a_server_bound_to_one_address() -> None:
    assert refused(over(ip="10.77.9.9")) == [
        "server.py on server listens on 10.77.9.9 only, and was called at 10.77.0.20."
    ]


def test_ipv4_only_over_ipv6_and_the_reverse() -> None:
    assert refused(over(Family.IPV6)) == [
        "server.py on server listens on 0.0.0.0:15000 for IPv4 only, and was called over IPv6."
    ]
    play = Lesson()
    play.starts()
    play.listens("::", v6only=True)
    assert refused(play) == [
        "server.py on server listens on [::]:15000 for IPv6 only, and was called over IPv4."
    ]


@pytest.mark.parametrize("v6only", [False, None])
def test_a_firewall_may_refuse_what_a_server_takes(v6only: bool | None) -> None:
    play = Lesson()
    play.starts()
    play.listens("::", v6only=v6only)
    assert refused(play) == []
    assert refused(over()) == []


def test_one_of_two_listeners_takes_the_call() -> None:
    play = over(ip="127.0.0.1")
    play.listens("0.0.0.0")
    assert refused(play) == []


def test_a_client_of_the_other_protocol() -> None:
    assert refused(over(on=Udp(15000)))[-1] == (
        "client.py on client called TCP 15000 of server, and server.py on server is at UDP 15000."
    )
    assert udp_refused(over()) == [
        "client.py on client called UDP 15000 of server, and server.py on server is at TCP 15000."
    ]


def udp_refused(play: Lesson) -> list[str]:
    """Return what is told where an ICMP error answers the client's datagram."""
    play.runs("client", "client.py", exit_status=1)
    play.udp("client", "server", b"x", ports=(40000, 15000))
    ends = play.between("client", "server")
    lost = frames.ip(frames.udp(b"x", ports=(40000, 15000), between=ends), UDP, ends)
    play.crosses("server", "client", frames.icmp(lost[:28], kind=3, code=3), ICMP)
    return told(play)


def test_a_client_that_calls_another_port() -> None:
    assert refused(over(), port=15009) == [
        "client.py on client called TCP 15009 of server, and server.py on server listens on"
        " TCP 15000."
    ]


def test_a_client_that_calls_another_host() -> None:
    play = Lesson()
    play.runs("client", "helper.py", listens_on=(SERVES,))
    play.listens(host="client")
    play.runs("client", "client.py", exit_status=1)
    play.wait(5)
    play.tcp("client", "SYN")
    play.tcp("server", "RST ACK")
    assert told(play) == [
        "client.py on client called server, where nobody listened on TCP 15000; helper.py on client"
        " does."
    ]


def test_a_server_that_is_not_there_yet() -> None:
    play = Lesson()
    play.starts()
    play.calls()
    play.listens()
    (sentence,) = told(play)
    assert sentence.startswith("client.py on client called 5 ms before server.py on server listen")


def test_a_server_that_listens_no_more_or_has_ended() -> None:
    play = over()
    play.table("server")
    play.wait(100)
    assert refused(play) == [
        "When client.py on client called, server.py on server no longer listened on TCP 15000."
    ]
    ended = play.observation()
    server = ended.server
    past = (replace(server.transcripts[0], ended_ns=play.samples["server"][-1].time_ns),)
    hosts = tuple(replace(h, transcripts=past) if h is server else h for h in ended.hosts)
    assert said(replace(ended, hosts=hosts)) == [
        "When client.py on client called, server.py on server had ended."
    ]


def test_a_call_that_the_scenario_says_fails() -> None:
    play = Lesson()
    play.calls(fails=True)
    failed = Run.of(play.observation(), (Verdict("test_it", Outcome.FAILS),))
    assert causes(failed) == ()


def test_nobody_listens() -> None:
    assert refused(Lesson()) == [
        "When client.py on client called, nobody listened on TCP 15000 of server."
    ]


def test_an_address_that_nobody_has() -> None:
    def asks(target: str) -> list[str]:
        play = over()
        play.runs("client", "client.py", exit_status=1)
        own = ("02:00:00:00:00:0a", address("client"))
        request = frames.arp(1, own, ("00:00:00:00:00:00", target))
        play.frame("client", frames.ethernet(request, 0x0806), play.time_ns)
        play.wait(5)
        return told(play)

    assert asks("10.77.0.99") == [
        "client.py on client called 10.77.0.99, an address that no host of the lab has."
    ]
    assert not any("address" in sentence for sentence in asks(address("server")))


# Calls to the own host


def with_own_call(play: Play, *calls: OwnCall) -> Observation:
    seen = play.observation()
    client = replace(seen.client, own_calls=calls)
    return replace(seen, hosts=tuple(client if h.name == "client" else h for h in seen.hosts))


def own_call(play: Play, port: int = 15000, *, refused: bool = True) -> OwnCall:
    ends = Address("127.0.0.1", 40000), Address("127.0.0.1", port)
    return OwnCall(play.time_ns, "tcp", *ends, refused=refused)


def test_a_client_that_calls_its_own_host() -> None:
    play = over()
    play.runs("client", "client.py", exit_status=1)
    seen = with_own_call(play, own_call(play))
    assert said(seen) == [
        "client.py on client called its own host at 127.0.0.1:15000, so nothing crossed the wire."
        " server.py on server serves TCP 15000."
    ]
    kept = to_json(Run.of(seen))
    assert kept["causes"] == said(seen)
    captures = {name: each for host in seen.hosts for name, each in host.taps.items()}
    again = from_json(kept, captures.__getitem__, lambda name: b"").observation
    assert again is not None
    assert said(again) == said(seen)
    assert again.server["server.py"].listens_on == (SERVES,)


def test_all_addresses_of_the_own_host_s_name_are_one_cause() -> None:
    play = over()
    play.runs("client", "client.py", exit_status=1)
    call = own_call(play)
    first = replace(call, called=Address("::1", 15000))
    told_of = "client.py on client called its own host at 127.0.0.1:15000, so nothing crossed"
    (sentence,) = said(with_own_call(play, first, call))
    assert sentence.startswith(told_of)


def test_a_client_that_calls_both() -> None:
    play = over()
    play.runs("client", "client.py", exit_status=1)
    call = own_call(play)
    play.opens()
    assert said(with_own_call(play, call)) == []


def test_a_call_to_the_own_host_that_nobody_else_serves() -> None:
    play = over()
    play.runs("client", "client.py", exit_status=1)
    told_of = "client.py on client called its own host at 127.0.0.1:9, where nobody listened."
    assert said(with_own_call(play, own_call(play, 9))) == [told_of]
    assert said(with_own_call(play, own_call(play, 9, refused=False))) == []


def test_calls_are_read_from_the_loopback_without_its_checksums() -> None:
    ends = ("127.0.0.1", "127.0.0.1")
    syn = frames.tcp(ports=(40000, 15000), flags=Flags.SYN, between=ends)
    rst = frames.tcp(
        ports=(15000, 40000), acknowledgment=1, flags=Flags.RST | Flags.ACK, between=ends
    )
    partial = [frames.frame(each[:16] + b"\xfe\x30" + each[18:], TCP, ends) for each in (syn, rst)]
    packets = [decode(each, number=number) for number, each in enumerate(partial, 1)]
    assert own_calls(packets) == (
        OwnCall(0, "tcp", Address("127.0.0.1", 40000), Address("127.0.0.1", 15000), refused=True),
    )


# Names


def asks(play: Lesson, name: str, kind: str, answer: str | None, flags: int = 0x8580) -> None:
    question = Question(name, kind)
    play.udp("client", "dns", frames.dns(7, 0x0100, [question]), ports=(41000, 53))
    records = [Record(name, kind, "IN", 60, answer)] if answer else []
    response = frames.dns(7, flags, [question], records)
    play.udp("dns", "client", response, ports=(53, 41000))
    play.wait(1)


def client_asks(family: Family, *asked: tuple[object, ...], exit_status: int = 1) -> list[str]:
    play = Lesson(family)
    play.starts(exit_status=1)
    play.runs("client", "client.py", exit_status=exit_status)
    for each in asked:
        asks(play, *each)  # type: ignore[arg-type]
    return [each for each in told(play) if "asked" in each]


def test_a_name_that_does_not_exist() -> None:
    wrong = ("servr.ipv4.lab.test", "A", None, 0x8583), ("servr", "A", None, 0x8583)
    assert client_asks(Family.IPV4, *wrong) == [
        'client.py on client asked for the name "servr", which does not exist (NXDOMAIN). There is'
        " a host server."
    ]
    assert client_asks(Family.IPV4, *wrong, exit_status=0) == []
    assert client_asks(Family.IPV4, ("servr", "A", None, 0x8582)) == []  # the server failed
    found = ("servr.ipv4.lab.test", "A", None, 0x8583), ("servr", "A", "10.77.0.20")
    assert client_asks(Family.IPV4, *found) == []
    reverse = ("9.0.77.10.in-addr.arpa", "PTR", None, 0x8583)
    assert client_asks(Family.IPV4, reverse) == []


def test_a_record_of_the_other_ip_version() -> None:
    name = "server.ipv6.lab.test"
    assert client_asks(Family.IPV6, (name, "A", None)) == [
        "client.py on client asked only for a record A of server.ipv6.lab.test, and it has none."
        " In a run over IPv6 a host has a record AAAA."
    ]
    assert client_asks(Family.IPV6, (name, "A", None), (name, "AAAA", "fd00:10:77::14")) == []
    assert client_asks(Family.IPV6, (name, "A", None), (name, "AAAA", None)) == []
    assert client_asks(Family.IPV6, (name, "A", "10.77.0.20")) == []
    assert client_asks(Family.IPV6, (name, "A", None, 0x8780)) == []  # cut off: it says nothing


# Exceptions


@pytest.mark.parametrize(
    ("error", "call", "says"),
    [
        ("OSError: [Errno 22] Invalid argument", "s.accept()", "accept() on a socket without"),
        ("OSError: [Errno 107] Transport endpoint is not", "s.recv(9)", "is not connected"),
        ("PermissionError: [Errno 13] Permission denied", "s.sendto(b, a)", "SO_BROADCAST"),
        ("OSError: [Errno 99] Cannot assign requested", "s.bind(a)", "does not have"),
        ("TypeError: 'str' object cannot be interpreted as an integer", "s.bind(a)", "as text"),
    ],
)
def test_an_exception_and_the_call_that_raised_it(error: str, call: str, says: str) -> None:
    def dies(of: str, at: str) -> list[str]:
        play = Lesson()
        play.starts()
        play.complains("server", of, at)
        return told(play)

    (sentence,) = dies(error, call)
    assert says in sentence
    assert dies(error, "open(name)") == dies("OSError: [Errno 5] Input/output error", call) == []


# What did not happen


def talking(*said_by: tuple[str, bytes], read: bool = True) -> Lesson:
    """Return a run in which these words were said, until the client was stopped."""
    play = over()
    play.runs("client", "client.py")
    play.opens()
    for sender, data in said_by:
        play.tcp(sender, "PSH ACK", data)
        play.tcp("server" if sender == "client" else "client", "ACK")
    ends = Address(address("server"), 15000), Address(address("client"), 40000)
    queue = 0 if read else sum(len(data) for sender, data in said_by if sender == "client")
    play.table("server", *play.now(), SocketEntry("tcp", *ends, "ESTABLISHED", queue))
    play.stops("client")
    return play


def test_both_wait() -> None:
    assert told(talking()) == [
        "probably: client.py on client and server.py on server were connected, and neither sent a"
        " byte: each waited."
    ]


def test_who_waits_for_an_answer() -> None:
    waited = "client.py on client waited for an answer"
    heard = "the 5 bytes that client.py on client had sent"
    assert told(talking(("client", b"hello"))) == [
        f"{waited}: server.py on server sent none to {heard}."
    ]
    assert told(talking(("client", b"hello"), read=False)) == [
        f"server.py on server never read {heard}."
    ]
    assert told(talking(("client", b"a"), ("server", b"b"), ("client", b"c"))) == [
        f"{waited}, and server.py on server sent no more."
    ]
    assert told(talking(("client", b"a"), ("server", b"b"))) == []


def test_a_client_that_is_stopped_while_it_talks_waits_for_nobody() -> None:
    play = talking(("client", b"hello"))
    play.tcp("client", "PSH ACK", b"more")
    assert told(play) == []


def test_a_connection_that_had_ended_is_not_waited_for() -> None:
    play = over()
    play.runs("client", "client.py")
    play.opens()
    play.closes()
    play.stops("client")
    assert told(play) == []


def test_a_client_that_calls_nobody() -> None:
    nobody = "client.py on client called nobody: it sent no packet. server.py on server waited"
    play = over()
    play.runs("client", "client.py")
    play.stops("client")
    assert told(play) == [f"{nobody} for a call."]
    play = over()
    play.runs("client", "client.py")
    play.opens()
    play.stops("client")
    assert not any(nobody in each for each in told(play))


@pytest.mark.parametrize(
    ("calls", "says"),
    [(False, "and nobody had called."), (True, "it waited for the next call.")],
)
def test_a_server_that_serves_on(calls: bool, says: str) -> None:
    def run(*, stopped: bool) -> list[str]:
        play = over()
        play.runs("client", "client.py")
        if calls:
            play.opens()
            play.closes()
        seen = replace(play.observation().client.transcripts[0])
        if stopped:
            play.stops("server")
        whole = play.observation()
        client = replace(whole.client, transcripts=(seen,))
        return said(replace(whole, hosts=(client, whole.server)))

    (sentence,) = run(stopped=True)
    assert sentence.endswith(says)
    assert run(stopped=False) == []


@pytest.mark.parametrize("closes", [True, False])
def test_who_closed_too_early(closes: bool) -> None:
    def run(error: str) -> list[str]:
        play = over()
        play.runs("client", "client.py")
        play.opens()
        if closes:
            play.tcp("server", "FIN ACK")
        play.tcp("client", "PSH ACK", b"hello")
        play.tcp("server", "RST")
        play.complains("client", error)
        return told(play)

    assert run("ConnectionResetError: [Errno 104] Connection reset by peer") == [
        "server.py on server had closed the connection when client.py on client still sent."
        if closes
        else "probably: server.py on server closed the connection without reading all that it was"
        " sent."
    ]
    assert run("ValueError: another one") == []


# When causes are told at all


def failing(exit_status: int = 1) -> Observation:
    lesson = Lesson()
    lesson.calls(exit_status=exit_status)
    return lesson.observation()


def test_a_run_that_holds_has_no_cause_and_one_that_fails_has() -> None:
    def of(outcome: Outcome, **more: object) -> int:
        seen = replace(failing(0), **more)  # type: ignore[arg-type]
        return len(causes(Run.of(seen, (Verdict("test_it", outcome),))))

    assert (of(Outcome.HOLDS), of(Outcome.FAILS), of(Outcome.INCONCLUSIVE)) == (0, 1, 0)
    assert of(Outcome.FAILS, inconclusive=("a host died",)) == 0
    assert said(failing()) != []
    assert said(replace(failing(), inconclusive=("a host died",))) == []
    assert causes(Run("nothing", Family.IPV4, reason="the engine is gone")) == ()


def test_without_expectations_programs_that_end_well_have_no_cause() -> None:
    play = Lesson()
    play.calls(exit_status=0)
    assert told(play) == []


def test_no_capture_no_cause() -> None:
    seen = failing()
    hosts = tuple(replace(h, capture=None, captures={}) for h in seen.hosts)
    assert said(replace(seen, hosts=hosts)) == []
    empty = Capture((), dropped=0)
    assert said(replace(seen, hosts=tuple(replace(h, capture=empty) for h in seen.hosts))) == []
