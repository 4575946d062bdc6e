"""Notice a machine that puts fragments together between two hosts, and cuts them anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from lab.wire.packet import Packet

Part = tuple[str, str, int, bytes]
"""What tells a fragment, whatever identification it has: its ends, its offset and its bytes."""


def refragmented(captured: Mapping[str, Iterable[Packet]]) -> list[str]:
    """Return why the captures, by host, are no evidence: at most one reason.

    Every fragment keeps its identification up to its destination (RFC 791 §3.2, RFC 8200 §4.5). A
    firewall that keeps track of connections on the engine's bridge (br_netfilter) puts fragments
    together, and sends others. Losses and repetitions do not look so: there the identifications of
    one tap are among those of the other.
    """
    seen: dict[Part, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for host, packets in captured.items():
        for packet in packets:
            span = packet.fragment
            if span is not None and packet.ip is not None:
                data = packet.data[span.start : span.stop]
                part = (packet.ip.source, packet.ip.destination, span.offset, data)
                seen[part][host].add(span.identification)
    for taps in seen.values():
        for (one, ours), (other, theirs) in combinations(taps.items(), 2):
            if ours - theirs and theirs - ours:
                return [
                    "the machine of the engine puts fragments together and cuts them anew: the same"
                    f" fragment has the identification 0x{min(ours - theirs):x} at {one} and"
                    f" 0x{min(theirs - ours):x} at {other}, so the captures are no evidence"
                    " (net.bridge.bridge-nf-call-iptables and -ip6tables; lab doctor)"
                ]
    return []
