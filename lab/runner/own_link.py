"""A fault at a host's own link: what it is in the words of a port, and which way it is meant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from lab.errors import FaultUnavailable
from lab.hosts.docker.port import PortFault, PortUnavailable, given, in_container, program
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab
from lab.scenario.fault import Delay, Impairment, Loss, Partition, Rate

Way = Literal["towards", "from", "both"]
"""Whether a fault at a host's own link meets what comes to the host, what it sends, or both."""

WAYS: dict[Way, tuple[str, ...]] = {
    "towards": ("egress",),
    "from": ("ingress",),
    "both": ("egress", "ingress"),
}
"""Which ways these are for the host's port."""

FRAME = 1514
"""Bytes of the largest frame (tc-netem(8) counts its queue in packets)."""


@dataclass(frozen=True)
class OwnLink:
    """The link of a host to a network."""

    host: str
    network: str

    def set(self, network: RunningLab, fault: Impairment, way: Way, sentence: str) -> PortFault:
        """Set an impairment at its port; raises FaultUnavailable, with the reason."""
        host = network.open([self.host])[self.host]
        identity, environment = network.reached(self.host)
        try:
            what = happens(fault)
            wanted = given(_pair(host, host.link(self.network).mac), WAYS[way], what)
            image = str(network.client.holding(identity).container(identity)["Image"])
            command = in_container(network.project, image, wanted)
            return PortFault(command, environment, is_loss="PROGRAM" in what)
        except OSError as error:
            attempted = f"setting the fault {sentence!r} at host {self.host}"
            advice = "choose a network with a router on it: a router can do every fault"
            raise FaultUnavailable(attempted, str(error), advice) from error


def happens(fault: Impairment) -> dict[str, str]:
    """Say what is to happen in the words of a port; raises PortUnavailable for what it cannot."""
    if fault.of or fault.having or fault.nth or fault.seed is not None:
        raise PortUnavailable("a host's own link meets all packets, or a random share of them")
    match fault:
        case Loss() | Partition():
            return {"PROGRAM": program(1.0 if fault.share is None else fault.share)}
        case Delay(share=None):
            jitter = f" {fault.jitter * 1e6:.0f}us" if fault.jitter else ""
            # Packets would overtake each other but for a rate: docs/decisions/0010.
            return {"NETEM": f"limit 100000 delay {fault.seconds * 1e6:.0f}us{jitter} rate 10gbit"}
        case Rate(share=None):
            waiting = max(1, fault.queue // FRAME)
            return {"NETEM": f"limit {waiting} rate {fault.bits_per_second}bit"}
    raise PortUnavailable("a host's own link can lose a share, delay, limit the rate, or be cut")


def _pair(host: Host, mac: str) -> tuple[int, int]:
    """Return the indices of a host's card and of the card that it is paired with (veth(4))."""
    status, said, failed = host.command("ip", "-j", "link")
    if status:
        raise PortUnavailable(failed.strip() or f"ip link ended with {status}")
    for card in json.loads(said):
        if str(card.get("address")).lower() == mac.lower() and "link_index" in card:
            return int(card["ifindex"]), int(card["link_index"])
    raise PortUnavailable("the host's card is none of a pair of cards: it has no port")
