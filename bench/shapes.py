"""Runs of any size, made by hand: many lines, packets, conversations, listeners, fragments."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from lab.observation.evidence import Pointer
from lab.observation.observation import HostObservation, Observation
from lab.observation.run import Run
from lab.observation.transcript import Line, Stream, Transcript
from lab.observation.verdict import Outcome, Verdict
from lab.wire.address import Address, Family
from lab.wire.packet import Flags, Packet, decode
from lab.wire.packet.header.checksum import internet_checksum, pseudo_header
from lab.wire.packet.header.number import TCP, UDP
from lab.wire.pcap import Capture
from lab.wire.sockets.table import Sample, SocketEntry

IPS = {"client": "10.77.0.16", "server": "10.77.0.32"}
PORT = 15000
SYN, ACK, FIN, RST, PSH = Flags.SYN, Flags.ACK, Flags.FIN, Flags.RST, Flags.PSH
STEP_NS, WAY_NS = 100_000, 20_000
BEGUN_NS = 1_700_000_000_000_000_000


@dataclass
class Made:
    """A run in the making, whose time goes on by 0.1 ms with each thing that happens."""

    time_ns: int = BEGUN_NS
    packets: dict[str, list[Packet]] = field(default_factory=lambda: {name: [] for name in IPS})
    samples: dict[str, list[Sample]] = field(default_factory=lambda: {name: [] for name in IPS})
    lines: list[Line] = field(default_factory=list)
    identification: int = 0

    def run(self) -> Run:
        """Return the run, whose one expectation fails and points at its packets and lines."""
        hosts = tuple(self._host(name) for name in IPS)
        seen = Observation(
            "made", Family.IPV4, hosts, {ip: name for name, ip in IPS.items()}, BEGUN_NS
        )
        pointers = tuple(Pointer("client", packet=number + 1, due="more") for number in range(3))
        return Run.of(seen, (Verdict("test_all_is_well", Outcome.FAILS, pointers=pointers),))

    def _host(self, name: str) -> HostObservation:
        lines = tuple(self.lines) if name == "client" else ()
        end_ns = self.time_ns
        program = Transcript(name, f"{name}.py", (), lines, 1, BEGUN_NS, end_ns)
        captured = Capture(tuple(self.packets[name]), dropped=0, host=name)
        addresses = {Family.IPV4: IPS[name]}
        return HostObservation(name, addresses, (program,), captured, tuple(self.samples[name]))

    def say(self, text: str, stream: Stream = "stdout") -> None:
        """Have the client print a line."""
        self.time_ns += STEP_NS
        self.lines.append(Line(self.time_ns, stream, text))

    def look(self, host: str, entry: SocketEntry) -> None:
        """Have a look at the sockets of a host show this."""
        gone = (entry,) if entry.state == "CLOSE" and entry.protocol == "tcp" else ()
        self.samples[host].append(Sample(self.time_ns, () if gone else (entry,), gone))

    def tcp(
        self,
        sender: str,
        flags: Flags,
        port: int,
        at: tuple[int, int],
        data: bytes = b"",
        way_ns: int = WAY_NS,
    ) -> None:
        """Send a segment between this port of the client and the server's."""
        ports = (port, PORT) if sender == "client" else (PORT, port)
        head = struct.pack("!HHIIBBHHH", *ports, *at, 5 << 4, flags, 64240, 0, 0)
        self.ip(sender, TCP, _summed(head + data, 16, sender, TCP), way_ns=way_ns)

    def udp(self, sender: str, port: int, data: bytes, way_ns: int = WAY_NS) -> None:
        """Send a datagram between this port of the client and the server's."""
        self.ip(sender, UDP, datagram(sender, port, data), way_ns=way_ns)

    def ip(
        self,
        sender: str,
        protocol: int,
        data: bytes,
        *,
        fragment: int = 0,
        identification: int = 0,
        way_ns: int = WAY_NS,
    ) -> None:
        """Send an IP packet; ``fragment`` is its third word's lower half, flags and offset."""
        self.time_ns += STEP_NS
        self.identification += 1
        number = (identification or self.identification) & 0xFFFF
        start = (0x45, 0, 20 + len(data), number, fragment, 64, protocol, 0)
        header = struct.pack("!BBHHHBBH", *start) + _ends(sender)
        header = header[:10] + internet_checksum(header).to_bytes(2, "big") + header[12:]
        cards = bytes((2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1))
        frame = (cards if sender == "client" else cards[6:] + cards[:6]) + b"\x08\x00"
        for host in IPS:
            time_ns = self.time_ns + (0 if host == sender else way_ns)
            seen = self.packets[host]
            seen.append(decode(frame + header + data, time_ns=time_ns, number=len(seen) + 1))


def _other(host: str) -> str:
    return "server" if host == "client" else "client"


def _ends(sender: str) -> bytes:
    return IPv4Address(IPS[sender]).packed + IPv4Address(IPS[_other(sender)]).packed


def _summed(data: bytes, at: int, sender: str, protocol: int) -> bytes:
    ends = _ends(sender)
    checksum = internet_checksum(pseudo_header(ends[:4], ends[4:], protocol, len(data)) + data)
    return data[:at] + checksum.to_bytes(2, "big") + data[at + 2 :]


def datagram(sender: str, port: int, data: bytes) -> bytes:
    """Return a datagram between this port of the client and the server's (RFC 768)."""
    ports = (port, PORT) if sender == "client" else (PORT, port)
    return _summed(struct.pack("!HHHH", *ports, 8 + len(data), 0) + data, 6, sender, UDP)


def stdout_lines(size: int) -> Run:
    """So many lines on stdout."""
    made = Made()
    for number in range(size):
        made.say(f"line {number}")
    return made.run()


def stderr_lines(size: int) -> Run:
    """So many lines on stderr."""
    made = Made()
    for number in range(size):
        made.say(f"error: no {number}", "stderr")
    return made.run()


def tracebacks(size: int) -> Run:
    """So many lines of tracebacks, one after the other."""
    made = Made()
    for _ in range(size // 3):
        for text in ("Traceback (most recent call last):", '  File "x"', "OSError: no"):
            made.say(text, "stderr")
    return made.run()


def datagrams(size: int) -> Run:
    """So many datagrams one way."""
    made = Made()
    for number in range(size):
        made.udp("client", 40000, str(number).encode())
    return made.run()


def equal_datagrams(size: int) -> Run:
    """So many datagrams one way that nothing tells apart."""
    made = Made()
    for _ in range(size):
        made.identification = 0
        made.udp("client", 40000, b"again")
    return made.run()


def in_flight(size: int) -> Run:
    """So many datagrams, all of them under way at once, half of them each way."""
    made = Made()
    for number in range(size):
        sender = "client" if number % 2 else "server"
        made.udp(sender, 40000, str(number).encode(), way_ns=size * STEP_NS * 2)
    for seen in made.packets.values():
        seen.sort(key=lambda packet: packet.time_ns)
        seen[:] = [
            decode(packet.data, time_ns=packet.time_ns, number=number)
            for number, packet in enumerate(seen, 1)
        ]
    return made.run()


def segments(size: int) -> Run:
    """So many segments of one connection, each acknowledged."""
    made = Made()
    _opens(made, 40000)
    at = 1001
    for _ in range(size // 2):
        made.tcp("client", PSH | ACK, 40000, (at, 5001), b"0123456789")
        at += 10
        made.tcp("server", ACK, 40000, (5001, at))
    return made.run()


def lost_segments(size: int) -> Run:
    """So many segments of one connection, each second one sent again, out of order."""
    made = Made()
    _opens(made, 40000)
    for number in range(size // 2):
        made.tcp("client", PSH | ACK, 40000, (2001 + 20 * number, 5001), b"0123456789")
        made.tcp("server", ACK, 40000, (5001, 1001))
    return made.run()


def conversations(size: int) -> Run:
    """So many short connections, with samples of the sockets of both ends."""
    made = Made()
    for number in range(size):
        port = 1024 + number % 60_000
        _opens(made, port, watched=True)
        made.tcp("server", FIN | ACK, port, (5001, 1001))
        _sample(made, "server", port, "FIN_WAIT1")
        made.tcp("client", FIN | ACK, port, (1001, 5002))
        _sample(made, "client", port, "LAST_ACK")
        made.tcp("server", ACK, port, (5002, 1002))
        _sample(made, "server", port, "TIME_WAIT")
        _sample(made, "client", port, "CLOSE")
    return made.run()


def refused(size: int) -> Run:
    """So many refused connections between the same two ports."""
    made = Made()
    for number in range(size):
        made.tcp("client", SYN, 40000, (1000 + number, 0))
        made.tcp("server", RST | ACK, 40000, (0, 1001 + number))
    return made.run()


def listeners(size: int) -> Run:
    """So many sockets that listen, half of them of UDP."""
    made = Made()
    for number in range(size):
        made.time_ns += STEP_NS
        local = Address("0.0.0.0", 1 + number % 65_000)  # noqa: S104 - as a socket table has it
        udp = number % 2
        made.look(
            "server",
            SocketEntry(
                "udp" if udp else "tcp", local, None, "BOUND" if udp else "LISTEN", inode=number
            ),
        )
    made.udp("client", 40000, b"hello")
    return made.run()


def fragments(size: int) -> Run:
    """So many fragments: 8,000 of each datagram at the most, the last of each sent first."""
    made = Made()
    for identification, part in enumerate(_parts(size), start=1):
        whole = datagram("client", 40000, bytes(8 * part - 8))
        for at in reversed(range(0, len(whole), 8)):
            flags = at // 8 | (0x2000 if at + 8 < len(whole) else 0)
            data = whole[at : at + 8]
            made.ip("client", UDP, data, fragment=flags, identification=identification)
    return made.run()


def samples(size: int) -> Run:
    """So many samples of one connection, whose queues change."""
    made = Made()
    _opens(made, 40000, watched=True)
    for number in range(size):
        made.time_ns += STEP_NS
        _sample(made, "server", 40000, "ESTABLISHED", queue=number % 7)
    return made.run()


SHAPES: dict[str, Callable[[int], Run]] = {
    shape.__name__: shape
    for shape in (
        *(stdout_lines, stderr_lines, tracebacks, datagrams, equal_datagrams, in_flight),
        *(segments, lost_segments, conversations, refused, listeners, fragments, samples),
    )
}
"""Every shape by its name: a function from a size to a run of it."""


def _opens(made: Made, port: int, *, watched: bool = False) -> None:
    made.tcp("client", SYN, port, (1000, 0))
    made.tcp("server", SYN | ACK, port, (5000, 1001))
    made.tcp("client", ACK, port, (1001, 5001))
    if watched:
        for host in IPS:
            _sample(made, host, port, "ESTABLISHED")


def _sample(made: Made, host: str, port: int, state: str, queue: int = 0) -> None:
    ends = [Address(IPS["client"], port), Address(IPS["server"], PORT)]
    local, remote = ends if host == "client" else ends[::-1]
    made.look(host, SocketEntry("tcp", local, remote, state, queue))


def _parts(size: int) -> Iterator[int]:
    while size > 0:
        yield min(size, 8000)
        size -= 8000
