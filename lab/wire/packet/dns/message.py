"""DNS messages (RFC 1035 §4.1) over UDP (§4.2.1) and TCP (§4.2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from lab.wire.packet.dns.record import (
    Question,
    Record,
    read_question,
    read_record,
)
from lab.wire.packet.header.declared import Declared, flag, hex16, number
from lab.wire.packet.header.field import Field, Problem, cut_off
from lab.wire.packet.header.header import Header
from lab.wire.packet.header.number import named

PORT = 53
LENGTH = 12

OPCODES = {0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE"}
RCODES = {
    **{0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"},
    **{6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE"},
    **{16: "BADVERS", 17: "BADKEY", 18: "BADTIME", 22: "BADTRUNC", 23: "BADCOOKIE"},
}
"""Response codes by number (RFC 6895, 2.3); those above 15 need EDNS."""

SECTIONS = ("Question", "Answer", "Authority", "Additional")


class Entry(NamedTuple):
    """One question or record, its section, and where in the frame it stands."""

    section: str
    value: Question | Record
    start: int
    stop: int


class Dns(Header):
    """A whole DNS message: its header and all of its sections."""

    __slots__ = ()
    name = "DNS"
    id = number("ID", 16, "What a query and its response have in common.", hex16)
    qr = Declared(
        "QR", 1, "Whether this is a response.", bool, lambda v: "response" if v else "query"
    )
    opcode = number("Opcode", 4, "0 is an ordinary query.", partial(named, OPCODES))
    aa = flag("AA", "Authoritative Answer: the server owns the name.")
    tc = flag("TC", "TrunCation: the message did not fit; ask over TCP.")
    rd = flag("RD", "Recursion Desired.")
    ra = flag("RA", "Recursion Available.")
    z = number("Z", 3, "Three bits for later use: AD and CD are among them (RFC 4035 §3).")
    rcode = number("RCODE", 4, "0 is no error, 3 no such name.", partial(named, RCODES))
    question_count = number("QDCOUNT", 16, "How many questions the header announces.")
    answer_count = number("ANCOUNT", 16, "How many answers the header announces.")
    authority_count = number("NSCOUNT", 16, "How many authority records the header announces.")
    additional_count = number("ARCOUNT", 16, "How many additional records the header announces.")

    @property
    def rcode_name(self) -> str:
        """The name of the whole response code, such as ``NXDOMAIN``."""
        return RCODES.get(self.rcode_extended, f"RCODE{self.rcode_extended}")

    @property
    def rcode_extended(self) -> int:
        """The whole response code: EDNS holds the bits above ``rcode`` (RFC 6891, 6.1.3)."""
        above = (each.ttl >> 24 for each in self.additionals if each.type == "OPT")
        return next(above, 0) << 4 | self.rcode

    @property
    def opcode_name(self) -> str:
        """The opcode's name, such as ``QUERY``."""
        return OPCODES.get(self.opcode, f"OPCODE{self.opcode}")

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked."""
        entries = self._entries()[0]
        return tuple(e.value for e in entries if isinstance(e.value, Question))

    @property
    def answers(self) -> tuple[Record, ...]:
        """The records that answer."""
        return self._records("Answer")

    @property
    def authorities(self) -> tuple[Record, ...]:
        """The records that say which servers own the name."""
        return self._records("Authority")

    @property
    def additionals(self) -> tuple[Record, ...]:
        """The records that help with the others."""
        return self._records("Additional")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """A question or record that is broken or cut off."""
        broken = self._entries()[1]
        return () if broken is None else (broken,)

    def _records(self, section: str) -> tuple[Record, ...]:
        entries = self._entries()[0]
        return tuple(
            e.value for e in entries if e.section == section and isinstance(e.value, Record)
        )

    def _entries(self) -> tuple[list[Entry], Problem | None]:
        found: list[Entry] = []
        at = self._start + LENGTH
        stop = self._start + self._length
        for section, count in zip(SECTIONS, self._raw[3:], strict=True):
            reader = read_question if section == "Question" else read_record
            for index in range(count):
                entry = reader(self._frame, at, self._start, stop)
                if entry is None:
                    what = (
                        f"{section} {index + 1} of {count} in the DNS message is broken or cut off"
                    )
                    return found, Problem(self.name, at, what)
                found.append(Entry(section, entry[0], at, entry[1]))
                at = entry[1]
        return found, None

    def _variable(self) -> Sequence[Field]:
        return [
            Field(section, value, str(value), start * 8, (stop - start) * 8)
            for section, value, start, stop in self._entries()[0]
        ]


def over_udp(frame: bytes, start: int, stop: int) -> Dns | Problem:
    """Return the message that a datagram carries, or the problem of one that is too short."""
    if stop - start < LENGTH:
        return cut_off("DNS", start, stop - start, LENGTH)
    return Dns(frame, start, stop - start, Dns.FIXED.unpack_from(frame, start))


def over_tcp(frame: bytes, start: int, stop: int) -> Dns | None:
    """Return the first message in a segment; None where the segment does not hold all of it.

    Over TCP, two bytes before the message give its length.
    """
    length = int.from_bytes(frame[start : start + 2], "big")
    begin = start + 2
    if length < LENGTH or begin + length > stop:
        return None
    return Dns(frame, begin, length, Dns.FIXED.unpack_from(frame, begin))
