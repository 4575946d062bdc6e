"""A run as one capture file for Wireshark: every tap, with the story in the packets' comments."""

from __future__ import annotations

from collections.abc import Iterator

from lab.observation.observation import HostObservation, Observation
from lab.observation.route import Route, Sighting
from lab.observation.run import Run
from lab.observation.sighting import taps
from lab.observation.verdict import Verdict
from lab.story.page.packets import fitted
from lab.story.page.sent_by import Senders
from lab.story.text import harmless
from lab.story.timeline.calls import made, place
from lab.story.timeline.selection import Labelled
from lab.story.timeline.timeline import Timeline
from lab.story.timeline.transit import Transit
from lab.wire.pcapng.write import Interface, Record, encode

MOST_WORDS = 300
"""Cells of what the story says of one packet."""


def pcapng(timeline: Timeline) -> bytes:
    """Return the bytes of a capture file with all taps of a run, in the order of time.

    Each tap is an interface: ``client lan``. Records of one packet at several taps share a number
    (``epb_packetid``). Comments say what the story says; that of the file has the verdicts.
    """
    observation = timeline.observation
    places = [
        (host, network, capture) for host in observation.hosts for network, capture in taps(host)
    ]
    interfaces = [
        Interface(f"{host.name} {network}".rstrip(), _addresses(host, network), capture.dropped)
        for host, network, capture in places
    ]
    numbers = {(host.name, network): n for n, (host, network, _) in enumerate(places)}
    records = sorted(
        _records(timeline, numbers), key=lambda each: (each.packet.time_ns, not each.leaving)
    )
    return encode(
        interfaces,
        records,
        names=observation.names,
        comment=told(timeline.run, observation),
        secrets="".join(host.tls_keys for host in observation.hosts).encode(),
        application=f"Socket Lab {observation.versions.get('lab', '')}".rstrip(),
    )


def _addresses(host: HostObservation, network: str) -> str:
    known = {link.network: link.addresses for link in host.links}.get(network, host.addresses)
    return ", ".join(known.values())


def told(run: Run, observation: Observation) -> str:
    """Return what is said of a whole run: its name and outcome, reasons, verdicts."""
    lines = [
        f"{run.name}: {run.outcome.value}",
        *observation.inconclusive,
        *map(_verdict, run.verdicts),
        *observation.failures,
    ]
    return "\n".join(harmless(line) for each in lines for line in each.splitlines())


def _verdict(verdict: Verdict) -> str:
    return "\n".join(
        filter(None, (f"{verdict.outcome.mark} {verdict.sentence}", verdict.detail.strip()))
    )


def _records(timeline: Timeline, numbers: dict[tuple[str, str], int]) -> Iterator[Record]:
    senders = Senders(timeline.observation)
    labelled = {id(each[0].sightings): each for each in timeline.transits}
    pointed: dict[int, list[str]] = {}
    for verdict, sites in zip(timeline.run.verdicts, timeline.sites, strict=False):
        for site in sites:
            if site.transit is not None:
                due = f": should have been {site.due}" if site.due else ""
                pointed.setdefault(site.transit.number, []).append(
                    f"{site.mark} {verdict.sentence}{due}"
                )
    for number, route in enumerate(timeline.routes, start=1):
        known = labelled.get(id(route.sightings))
        told = [] if known is None else [_says(known), *pointed.get(known[0].number, ())]
        for sighting in route.sightings:
            more = () if known is None else _more(route, sighting, known[0], senders)
            at = numbers[sighting.host, sighting.network]
            yield Record(at, sighting.packet, number, sighting.leaving, (*told, *more))


def _says(labelled: Labelled) -> str:
    transit, label = labelled
    words = fitted(label, MOST_WORDS)
    return harmless(f"{transit.sender} → {transit.receiver or 'all'}: {words}")


def _more(route: Route, sighting: Sighting, transit: Transit, senders: Senders) -> Iterator[str]:
    """Yield what is known where a packet was seen first, who sent it, and last, if it was lost."""
    if sighting is route.first and (by := senders.call_of(transit)) is not None:
        call, transcript = by
        line = f", {where}" if (where := place(call)) else ""
        yield f"sent by {made(call)} of {harmless(transcript.program)}{line}"
    if sighting is route.last and transit.lost:
        fate = transit.fate
        yield f"{fate} on {sighting.network}" if sighting.leaving else f"{fate} at {sighting.host}"
