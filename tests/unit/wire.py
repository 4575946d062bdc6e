"""A wire to speak on in tests: segments and datagrams in relative numbers, as packets."""

from __future__ import annotations

import frames

from lab.wire.address import Address
from lab.wire.conversation import Conversation, Side, conversations
from lab.wire.conversation.event import other
from lab.wire.packet import Flags, Packet, decode

CLIENT = Address("10.77.0.10", 40000)
SERVER = Address("10.77.0.20", 15000)
MILLISECOND = 1_000_000
START = 1_700_000_000_000_000_000


class Wire:
    """What two ends put on the wire, one packet after the other, 0.1 ms apart."""

    def __init__(
        self,
        client_isn: int = 1000,
        server_isn: int = 9000,
        client: Address = CLIENT,
        server: Address = SERVER,
    ) -> None:
        self.packets: list[Packet] = []
        self.ends: dict[Side, Address] = {"client": client, "server": server}
        self.isns: dict[Side, int] = {"client": client_isn, "server": server_isn}
        self.now = START

    def say(
        self,
        sender: Side,
        flags: str,
        sequence: int,
        acknowledgment: int | None = None,
        data: bytes = b"",
        *,
        window: int = 64240,
        options: bytes = b"",
        after_ms: float = 0.1,
    ) -> None:
        """Put a segment on the wire; the numbers are relative to each side's initial one."""
        peer = other(sender)
        ack = 0 if acknowledgment is None else acknowledgment + self.isns[peer]
        bits = Flags(0)
        for name in flags.split():
            bits |= Flags[name]
        segment = frames.tcp(
            data,
            ports=(self.ends[sender].port or 0, self.ends[peer].port or 0),
            sequence=(sequence + self.isns[sender]) % 2**32,
            acknowledgment=ack % 2**32,
            flags=bits,
            window=window,
            options=options,
            between=self.between(sender),
        )
        self.ip(sender, segment, protocol=6, after_ms=after_ms)

    def datagram(self, sender: Side, data: bytes, *, mtu: int = 0) -> None:
        """Put a UDP datagram on the wire, in fragments if an MTU is given."""
        peer = other(sender)
        ports = self.ends[sender].port or 0, self.ends[peer].port or 0
        whole = frames.udp(data, ports=ports, between=self.between(sender))
        size = (mtu - 20) // 8 * 8 if mtu else len(whole)
        for offset in range(0, len(whole), size):
            self.ip(
                sender,
                whole[offset : offset + size],
                protocol=17,
                offset=offset,
                more=offset + size < len(whole),
            )

    def port_unreachable(self, sender: Side, quoting: Packet) -> None:
        """Put the ICMP error on the wire that quotes the first bytes of a packet."""
        error = frames.icmp(quoting.data[14 : 14 + 28], kind=3, code=3)
        self.ip(sender, error, protocol=1)

    def ip(
        self,
        sender: Side,
        data: bytes,
        *,
        protocol: int,
        offset: int = 0,
        more: bool = False,
        after_ms: float = 0.1,
    ) -> None:
        """Put an IPv4 datagram, or a fragment of one, on the wire."""
        self.now += int(after_ms * MILLISECOND)
        frame = frames.frame(
            data,
            protocol,
            self.between(sender),
            identification=77,
            fragment_offset=offset,
            more_fragments=more,
        )
        number = len(self.packets) + 1
        self.packets.append(decode(frame, time_ns=self.now, number=number))

    def between(self, sender: Side) -> tuple[str, str]:
        """Return the IP addresses of who sends and of the other end."""
        return self.ends[sender].ip, self.ends[other(sender)].ip

    def opens(self) -> None:
        """Shake hands."""
        self.say("client", "SYN", 0)
        self.say("server", "SYN ACK", 0, 1)
        self.say("client", "ACK", 1, 1)

    def conversation(self) -> Conversation:
        """Return the one conversation that is on the wire."""
        (only,) = conversations(self.packets)
        return only


def spoken(*said: tuple[Side, bytes]) -> Conversation:
    """Return a TCP conversation in which these sides say these words, in turns."""
    wire = Wire()
    wire.opens()
    at: dict[Side, int] = {"client": 1, "server": 1}
    for side, data in said:
        peer: Side = "server" if side == "client" else "client"
        wire.say(side, "PSH ACK", at[side], at[peer], data)
        at[side] += len(data)
    wire.say("server", "FIN ACK", at["server"], at["client"])
    wire.say("client", "FIN ACK", at["client"], at["server"] + 1)
    return wire.conversation()


def renumbered(packets: list[Packet]) -> list[Packet]:
    """Return the packets as a capture in this order would have them, 0.1 ms apart."""
    return [
        decode(packet.data, time_ns=START + at * 100_000, number=at)
        for at, packet in enumerate(packets, 1)
    ]
