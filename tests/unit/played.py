"""Runs made by hand for the tests: packets encoded, seen at both taps, with what programs said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import frames

from lab.observation.calls.call import Call, Socket, Value
from lab.observation.observation import HostObservation, Observation
from lab.observation.run import Run
from lab.observation.transcript import Line, Stream, Transcript
from lab.observation.verdict import Verdict
from lab.story.timeline.timeline import Timeline
from lab.wire.address import Address, Family
from lab.wire.packet import Flags, Packet, Question, Record, decode
from lab.wire.packet.header.number import ICMP, ICMPV6, TCP, UDP
from lab.wire.pcap import Capture
from lab.wire.sockets.table import Sample, SocketEntry, identity

NUMBERS = {"client": 0x10, "server": 0x20, "dns": 0x53}
START_NS = 1_700_000_000_000_000_000
ON_THE_WAY_NS = 20_000
"""How long a packet takes from tap to tap."""

ISN = {"client": 1000, "server": 5000}


def address(host: str, family: Family = Family.IPV4) -> str:
    """Return a host's address in the lab."""
    number = f"{NUMBERS[host]:x}"
    return f"10.77.0.{number}" if family is Family.IPV4 else f"fd00:10:77::{number}"


@dataclass
class Play:
    """A run in the making; time goes on by what :meth:`wait` says, in milliseconds."""

    family: Family = Family.IPV4
    time_ns: int = START_NS
    tapped: tuple[str, ...] = ("client", "server")
    packets: dict[str, list[Packet]] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    typed: dict[str, list[Line]] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    transcripts: dict[str, Transcript] = field(default_factory=dict)
    earlier: dict[str, tuple[Transcript, ...]] = field(default_factory=dict)
    next: dict[str, int] = field(default_factory=lambda: dict(ISN))
    identification: int = 0

    def wait(self, milliseconds: float) -> None:
        """Let time go by."""
        self.time_ns += round(milliseconds * 1e6)

    def runs(self, host: str, program: str, *arguments: str, **how: object) -> None:
        """Start a program, after the one before; ``how`` are further values of its transcript."""
        self.earlier[host] = self._transcripts(host)
        self.lines.pop(host, None)
        self.typed.pop(host, None)
        begun = Transcript(host, program, arguments, exit_status=0, started_ns=self.time_ns)
        self.transcripts[host] = replace(begun, **how)  # type: ignore[arg-type]

    def says(
        self,
        host: str,
        text: str,
        stream: Stream = "stdout",
        halts: tuple[tuple[int, int], ...] = (),
    ) -> None:
        """Have a host's program print a line, some of it earlier where it ``halts``."""
        line = Line(self.time_ns, stream, text, halts=halts)
        self.lines.setdefault(host, []).append(line)

    def types(self, host: str, text: str) -> None:
        """Type a line into a host's program."""
        self.typed.setdefault(host, []).append(Line(self.time_ns, "stdin", text))

    def sees(
        self,
        host: str,
        state: str,
        port: int,
        remote: Address | None = None,
        *,
        bound_to: str = "0.0.0.0",
    ) -> None:
        """Have a look at a host's socket table, with one TCP socket in it."""
        local = Address(bound_to if remote is None else address(host, self.family), port)
        entry = SocketEntry("tcp", local, remote, state)
        self.samples.setdefault(host, []).append(Sample(self.time_ns, (entry,)))

    def tcp(
        self,
        sender: str,
        flags: str,
        payload: bytes = b"",
        *,
        lost: bool = False,
        again: bool = False,
        ports: tuple[int, int] = (40000, 15000),
        urgent: int = 0,
    ) -> None:
        """Send a segment; ``again`` repeats the last bytes instead of going on."""
        receiver = other(sender)
        named = sum((Flags[name] for name in flags.split()), Flags(0))
        taken = len(payload) + ("SYN" in flags) + ("FIN" in flags)
        if again:
            self.next[sender] -= taken
        segment = frames.tcp(
            payload,
            ports=ports if sender == "client" else ports[::-1],
            sequence=self.next[sender],
            acknowledgment=self.next[receiver] if "ACK" in flags else 0,
            flags=named,
            urgent_pointer=urgent,
            between=self.between(sender, receiver),
        )
        self.next[sender] += taken
        self.crosses(sender, receiver, segment, TCP, lost=lost)

    def udp(
        self,
        sender: str,
        receiver: str,
        payload: bytes,
        *,
        lost: bool = False,
        ports: tuple[int, int] = (40000, 15001),
    ) -> None:
        """Send a datagram."""
        whole = frames.udp(payload, ports=ports, between=self.between(sender, receiver))
        self.crosses(sender, receiver, whole, UDP, lost=lost)

    def looks_up(self, name: str, found: str | None) -> None:
        """Have the client ask the name server, which answers (None: there is no such name)."""
        asked = Question(name, "A")
        query = frames.dns(7, 0x0100, [asked])
        self.udp("client", "dns", query, ports=(41000, 53))
        self.wait(0.2)
        answers = [Record(name, "A", "IN", 60, found)] if found else []
        flags = 0x8580 if found else 0x8583
        answer = frames.dns(7, flags, [asked], answers)
        self.udp("dns", "client", answer, ports=(53, 41000))

    def pings(self, sender: str, number: int, *, reply: bool = False) -> None:
        """Send an ICMP echo request or reply."""
        receiver = other(sender)
        rest = b"\x00\x01" + number.to_bytes(2, "big")
        if self.family is Family.IPV4:
            echo = frames.icmp(b"abc", kind=0 if reply else 8, rest=rest)
            self.crosses(sender, receiver, echo, ICMP)
        else:
            ends = self.between(sender, receiver)
            echo = frames.icmpv6(b"abc", kind=129 if reply else 128, between=ends, rest=rest)
            self.crosses(sender, receiver, echo, ICMPV6)

    def crosses(
        self, sender: str, receiver: str, carried: bytes, protocol: int, *, lost: bool = False
    ) -> None:
        """Let IP carry something from tap to tap, or only to the sender's tap."""
        self.identification += 1
        ends, cards = self.between(sender, receiver), (mac(sender), mac(receiver))
        frame = frames.frame(
            carried, protocol, ends, cards=cards, identification=self.identification
        )
        self.frame(sender, frame, self.time_ns)
        if not lost:
            self.frame(receiver, frame, self.time_ns + ON_THE_WAY_NS)
        self.wait(0.1)

    def frame(self, host: str, data: bytes, time_ns: int) -> None:
        """Have a host's tap see a frame."""
        if host in self.tapped:
            seen = self.packets.setdefault(host, [])
            seen.append(decode(data, time_ns=time_ns, number=len(seen) + 1))

    def shouts(
        self,
        sender: str,
        payload: bytes,
        *heard: str,
        target: str = "10.77.0.255",
        card: str = "ff:ff:ff:ff:ff:ff",
    ) -> None:
        """Send a datagram for many, as the taps of those who ``heard`` it see it."""
        ends, cards = (address(sender, self.family), target), (mac(sender), card)
        carried = frames.udp(payload, ports=(40000, 15007), between=ends)
        frame = frames.frame(carried, UDP, ends, cards=cards)
        self.frame(sender, frame, self.time_ns)
        for host in heard:
            self.frame(host, frame, self.time_ns + ON_THE_WAY_NS)
        self.wait(1)

    def between(self, sender: str, receiver: str) -> tuple[str, str]:
        """Return the IP addresses of two hosts."""
        return address(sender, self.family), address(receiver, self.family)

    def opens(self) -> None:
        """Open a TCP connection."""
        self.tcp("client", "SYN")
        self.tcp("server", "SYN ACK")
        self.tcp("client", "ACK")

    def closes(self) -> None:
        """Close the connection, the server first."""
        self.tcp("server", "FIN ACK")
        self.wait(0.3)
        self.tcp("client", "FIN ACK")
        self.tcp("server", "ACK")

    def observation(self, scenario: str = "played", **more: object) -> Observation:
        """Return all that was seen; ``more`` are further values of the observation."""
        hosts = tuple(
            HostObservation(
                name=host,
                addresses={family: address(host, family) for family in Family},
                transcripts=self._transcripts(host),
                capture=Capture(tuple(self.packets.get(host, ())), dropped=0, host=host),
                samples=changes(self.samples.get(host, ())),
            )
            for host in self.tapped
        )
        names = {address(host, family): host for host in NUMBERS for family in Family}
        whole = Observation(
            scenario, self.family, hosts, names, started_ns=START_NS, ended_ns=self.time_ns
        )
        return replace(whole, **more)  # type: ignore[arg-type]

    def _transcripts(self, host: str) -> tuple[Transcript, ...]:
        if host not in self.transcripts:
            return ()
        lines, typed = (tuple(each.get(host, ())) for each in (self.lines, self.typed))
        last = replace(self.transcripts[host], lines=lines, typed=typed, ended_ns=self.time_ns)
        return (*self.earlier[host], last)


def changes(tables: Sequence[Sample]) -> tuple[Sample, ...]:
    """Return the samples of a host from its whole socket tables, one after the other."""
    before: dict[object, SocketEntry] = {}
    found = []
    for table in tables:
        now = {identity(each): each for each in table.entries}
        new = tuple(each for key, each in now.items() if before.get(key) != each)
        gone = tuple(each for key, each in before.items() if key not in now)
        found.append(Sample(table.time_ns, new, gone))
        before = now
    return tuple(found)


def other(host: str) -> str:
    """Return the host at the other end."""
    return "server" if host == "client" else "client"


def mac(host: str) -> str:
    """Return a host's hardware address."""
    return f"02:00:00:00:00:{NUMBERS[host]:02x}"


def hello(family: Family = Family.IPV4) -> Play:
    """Return the run of the first lesson: a connection, three messages, a goodbye."""
    play = Play(family)
    play.runs("server", "server.py")
    play.wait(20)
    play.sees("server", "LISTEN", 15000)
    play.runs("client", "client.py", "server")
    play.wait(20)
    play.looks_up("server.ipv4.lab.test", "10.77.0.20")
    play.opens()
    play.tcp("client", "PSH ACK", b"Hello World")
    play.says("server", f"from {address('client', family)}: Hello World")
    play.wait(0.2)
    play.tcp("server", "PSH ACK", b"Hello Yourself")
    play.says("client", "Hello Yourself")
    play.tcp("client", "ACK")
    play.wait(0.2)
    play.tcp("server", "PSH ACK", b"Goodbye")
    play.says("client", "Goodbye")
    play.closes()
    play.sees("server", "TIME_WAIT", 15000, Address(address("client", family), 40000))
    play.says("client", "b''")
    return play


def connected() -> Play:
    """Return a client and a server whose connection is open."""
    play = Play()
    play.runs("server", "server.py")
    play.runs("client", "client.py", "server")
    play.opens()
    return play


def transfer(segments: int, size: int = 400) -> Play:
    """Return a client that sends so many segments of so many bytes."""
    play = connected()
    for _ in range(segments):
        play.tcp("client", "ACK", b"\x80" * size)
    play.closes()
    return play


def traced_hello() -> Play:
    """Return the first lesson's run with what a tracer saw of its client."""
    play = hello()
    talk = play.observation().conversation("tcp")
    (said, *_), (syn, second, *_) = talk.data_segments("client"), talk.packets
    fin = next(each for each in talk.fins if each.sender == "client")
    socket = Socket(2, "tcp", None, talk.server)

    def call(
        name: str, *given: Value, result: Value = 0, begins: int, ends: int, by: str = ""
    ) -> Call:
        length = result if isinstance(result, int) else None
        where = {"create_connection": (3,), "sendall": (4,)}.get(by, ())
        return Call(
            *(name, given, result, None, begins, ends, 7, 7, socket),
            length=length,
            lines=where,
            method=by,
            conversation=talk.ends,
        )

    made = (
        call(
            "connect",
            talk.server,
            begins=syn.time_ns - 10**6,
            ends=second.time_ns + 9,
            by="create_connection",
        ),
        call(
            "send",
            b"Hello World",
            result=11,
            begins=said.time_ns - 5,
            ends=said.time_ns + 5,
            by="sendall",
        ),
        call("recv", result=b"Hello Yourself", begins=said.time_ns + 6, ends=fin.time_ns - 6),
        call("close", begins=fin.time_ns - 5, ends=fin.time_ns + 5),
    )
    play.transcripts["client"] = replace(play.transcripts["client"], made=made, traced=True)
    return play


def timeline_of(
    observation: Observation, verdicts: Sequence[Verdict] = (), *, everything: bool = False
) -> Timeline:
    """Return the timeline of a run that gave this observation and these verdicts."""
    return Timeline.of(Run.of(observation, tuple(verdicts)), everything=everything)
