"""A relay that forwards by itself, for kernels that hand no packet over and have no netem.

Packet sockets (packet(7)) hear what comes in, and the kernel is kept from forwarding it. What is to
go on comes in once more, by a cable, and this the kernel forwards: so routes, neighbours, fragments
and firewalls stay the kernel's. What the kernel answers itself when it comes first, with an ICMP
error, does not come twice.
"""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

from lab.hosts.agent import guards
from lab.hosts.agent.faults import cards, forwarding
from lab.hosts.agent.faults.forwarding import IPV4, IPV6, Cable
from lab.hosts.agent.faults.impair import CardPair
from lab.hosts.agent.faults.relay import AT_ONCE, RCVBUF_FORCE, ROOM, Relay

PACKET_HOST = 0
DISCARD = 9
FAMILIES = {IPV4: socket.AF_INET, IPV6: socket.AF_INET6}

FRESH = 0.1
"""Seconds for which a way that was looked up counts: routes and MTUs change while faults do."""

QUIET, AT_MOST = 0.02, 1.0
"""Seconds without a packet after which the relay changes places with the kernel, and at most."""


class Forwarder(Relay):
    """A relay for what comes in by some cards."""

    def __init__(self, own: guards.Guards, names: list[str], cable: Cable, what: str) -> None:
        """Take the kernel's place for packets that come by the cards of these names.

        ``what`` is what its guards are called. Raises OSError where the kernel cannot have that.
        """
        self._addresses = {
            str(each.ip): number
            for number, name in socket.if_nameindex()
            for each in cards.addresses(name)
            if not each.is_link_local
        }
        self._ways: dict[bytes, tuple[int, int]] = {}
        self._looked_up = self._last = 0.0
        to = bytes.fromhex(forwarding.NEAR_ADDRESS.replace(":", ""))
        self._heads = {kind: to + bytes(6) + kind.to_bytes(2, "big") for kind in FAMILIES}
        with contextlib.ExitStack() as undone:
            undone.callback(own.undo, own.add(what, forwarding.laying(cable)))
            self._far = undone.enter_context(_sending(cable))
            heard = {
                undone.enter_context(_hearing(name, kind)): socket.if_nametoindex(name)
                for name in names
                for kind in FAMILIES
            }
            self._entered = {each.fileno(): number for each, number in heard.items()}
            undone.callback(own.undo, _stopped(own, what, names))
            # What came until now the kernel has forwarded.
            for each in heard:
                with contextlib.suppress(OSError):
                    while each.recv(1, socket.MSG_DONTWAIT):
                        pass
            super().__init__(list(heard))
            self._undone = undone.pop_all()
        self.start()

    def close(self) -> None:
        """Let go what waits, give the kernel its place back, and close the sockets."""
        give_up = time.monotonic() + AT_MOST
        while time.monotonic() - self._last < QUIET and time.monotonic() < give_up:
            time.sleep(QUIET / 4)
        super().close()
        self._undone.close()

    def _take(self, heard: socket.socket) -> None:
        entered = self._entered[heard.fileno()]
        for _ in range(AT_ONCE):
            try:
                packet, (_, _, kind, *_) = heard.recvfrom(forwarding.LONGEST, socket.MSG_DONTWAIT)
            except OSError:
                # Nothing more waits, or the card's link is down.
                return
            seen = forwarding.header(packet) if kind == PACKET_HOST else None
            if seen is None or not (leaves := self._leaving(seen, entered)):
                continue
            self._last = time.monotonic()
            for copy in self._meet(packet[: seen.length], CardPair(entered, leaves)):
                self._hold(copy.time, self._heads[seen.kind] + copy.data)
            self.taken += 1

    def _pass_on(self, parcel: bytes) -> None:
        # A cable that is down, as all links of a host without power, loses what is on it.
        with contextlib.suppress(OSError):
            self._far.send(parcel)

    def _leaving(self, seen: forwarding.Header, entered: int) -> int:
        """Return by which card a packet leaves; 0 where it is the host's own, or is refused."""
        leaves, carries = self._way(seen.kind, seen.destination)
        back, _ = self._way(seen.kind, seen.source)
        is_false = not back or (seen.kind == IPV4 and back != entered)
        too_long = seen.length > carries and not seen.may_be_split
        return 0 if is_false or too_long or seen.lives <= 1 else leaves

    def _way(self, kind: int, address: bytes) -> tuple[int, int]:
        """Return by which card an address is reached and how much that carries; (0, 0) for none."""
        now = time.monotonic()
        if now - self._looked_up > FRESH:
            self._ways.clear()
            self._looked_up = now
        if address not in self._ways:
            self._ways[address] = self._look_up(FAMILIES[kind], address)
        return self._ways[address]

    def _look_up(self, family: socket.AddressFamily, address: bytes) -> tuple[int, int]:
        """Have the kernel choose its own address towards another one: that is a card's."""
        there = socket.inet_ntop(family, address)
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            try:
                asking.connect((there, DISCARD))
            except OSError:
                return 0, 0
            own = asking.getsockname()[0]
        number = self._addresses.get(own, 0)
        if own == there or not number:
            return 0, 0
        name = socket.if_indextoname(number)
        return number, int(Path(f"/sys/class/net/{name}/mtu").read_text())


def _stopped(own: guards.Guards, what: str, names: list[str]) -> int:
    """Have the kernel forward nothing that comes by these cards; return the guard's number."""
    try:
        return own.add(what, forwarding.stopping(names, guards.TOOLS))
    except OSError as error:
        with contextlib.suppress(OSError):
            return own.add(what, forwarding.stopping(names, forwarding.LEGACY))
        raise error from None


def _sending(cable: Cable) -> socket.socket:
    sending = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sending.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, cable.mark)
    sending.bind((cable.far, 0))
    return sending


def _hearing(name: str, kind: int) -> socket.socket:
    """Return a socket that hears packets of a kind that come in by a card, from now on."""
    hearing = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    with contextlib.suppress(OSError):
        hearing.setsockopt(socket.SOL_SOCKET, RCVBUF_FORCE, ROOM)
    hearing.bind((name, kind))
    return hearing
