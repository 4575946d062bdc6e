"""An observation as plain JSON values, and back; the packets themselves stay in pcap files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lab.errors import UsageError
from lab.observation.artifacts import name_of
from lab.observation.digest import from_capture, from_conversation, to_capture
from lab.observation.evidence import Pointer
from lab.observation.observation import HostObservation, Observation
from lab.observation.run import Run
from lab.observation.transcript import Line, Transcript
from lab.observation.verdict import Outcome, Verdict
from lab.wire.address import Address, Family, Link
from lab.wire.pcap import Capture
from lab.wire.sockets.table import Sample, SocketEntry

SCHEMA = 2
"""The version of this layout; raised when a reader of the old one would misread the new one."""

Json = dict[str, Any]


def to_json(run: Run) -> Json:
    """Return a run and its verdicts as values that :mod:`json` can write.

    Times are epoch nanoseconds, durations seconds. ``packets`` and ``conversations`` tell in words
    what the captures hold; :func:`from_json` does not read them.
    """
    observation = run.observation
    if observation is None:
        family = run.family.value
        return {"scenario": run.scenario, "family": family, "inconclusive": [run.reason]}
    return {
        "schema": SCHEMA,
        "scenario": observation.scenario,
        "family": observation.family.value,
        "outcome": run.outcome.value,
        "started_ns": observation.started_ns,
        "ended_ns": observation.ended_ns,
        "waiting": observation.waiting,
        "inconclusive": list(observation.inconclusive),
        "remarks": list(observation.remarks),
        "failures": observation.failures,
        "names": dict(observation.names),
        "versions": dict(observation.versions),
        "verdicts": [_from_verdict(verdict) for verdict in run.verdicts],
        "conversations": [from_conversation(each) for each in observation.conversations()],
        "hosts": [_from_host(host) for host in observation.hosts],
    }


def from_json(
    document: Any, captures: Mapping[str, Capture], files: Mapping[str, bytes] | None = None
) -> Run:
    """Return the run that a document tells of; ``captures`` are by host name.

    ``files`` are those that programs left, by the names under which they are kept.

    Raises UsageError where the document is not one of :func:`to_json`, or of another version.
    """
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        version = document.get("schema") if isinstance(document, dict) else None
        raise UsageError(
            "reading the record of a run",
            f"its schema is {version!r}, and this version of the lab reads {SCHEMA}",
            "run the scenario again",
        )
    try:
        observation = _observation(document, captures, files or {})
        return Run.of(observation, tuple(map(_verdict, document["verdicts"])))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UsageError(
            "reading the record of a run",
            f"it is not complete: {type(error).__name__}: {error}",
            "run the scenario again",
        ) from error


def captures_named(document: Any) -> list[str]:
    """Return the names of the captures that a record has: ``client``, ``router``, ``router-far``.

    The first of a host is called as the host is, the others by their networks as well.
    """
    hosts = document.get("hosts") if isinstance(document, dict) else None
    named = []
    for host in hosts if isinstance(hosts, list) else ():
        if isinstance(host, dict) and isinstance(host.get("name"), str):
            named += [host["name"]] if host.get("capture") else []
            further = host.get("further")
            named += [f"{host['name']}-{network}" for network in further or ()]
    return named


def _observation(
    document: Json, captures: Mapping[str, Capture], files: Mapping[str, bytes]
) -> Observation:
    return Observation(
        scenario=str(document["scenario"]),
        family=Family(document["family"]),
        hosts=tuple(_host(host, captures, files) for host in document["hosts"]),
        names=dict(document["names"]),
        started_ns=int(document["started_ns"]),
        ended_ns=int(document["ended_ns"]),
        waiting=float(document["waiting"]),
        inconclusive=tuple(document["inconclusive"]),
        remarks=tuple(document["remarks"]),
        versions=dict(document.get("versions", {})),
    )


def _from_host(host: HostObservation) -> Json:
    return {
        "name": host.name,
        "addresses": {family.value: ip for family, ip in host.addresses.items()},
        "transcripts": [_from_transcript(transcript) for transcript in host.transcripts],
        "capture": from_capture(host.capture) if host.capture is not None else None,
        "links": [_from_link(link) for link in host.links],
        "further": {name: from_capture(capture) for name, capture in host.further.items()},
        "samples": [
            {"time_ns": sample.time_ns, "sockets": [_from_entry(each) for each in sample.entries]}
            for sample in host.samples
        ],
    }


def _host(
    value: Json, captures: Mapping[str, Capture], files: Mapping[str, bytes]
) -> HostObservation:
    name, about = value["name"], value["capture"]
    capture = None if about is None else to_capture(about, captures[name])
    links = tuple(map(_link, value.get("links", ())))
    by_network = {links[0].network: capture} if links and capture else {}
    for network, described in value.get("further", {}).items():
        by_network[network] = to_capture(described, captures[f"{name}-{network}"])
    return HostObservation(
        name=value["name"],
        addresses={Family(family): ip for family, ip in value["addresses"].items()},
        transcripts=tuple(
            _transcript(
                each, {left: files[name_of(name, number, left)] for left in each.get("files", ())}
            )
            for number, each in enumerate(value["transcripts"], start=1)
        ),
        capture=capture,
        samples=tuple(
            Sample(sample["time_ns"], tuple(map(_entry, sample["sockets"])))
            for sample in value["samples"]
        ),
        links=links,
        captures=by_network,
    )


def _from_link(link: Link) -> Json:
    addresses = {family.value: ip for family, ip in link.addresses.items()}
    return {"network": link.network, "mac": link.mac, "addresses": addresses}


def _link(value: Json) -> Link:
    addresses = {Family(family): ip for family, ip in value["addresses"].items()}
    return Link(value["network"], value["mac"], addresses)


def _from_transcript(transcript: Transcript) -> Json:
    return {
        "host": transcript.host,
        "program": transcript.program,
        "name": transcript.name,
        "arguments": list(transcript.arguments),
        "exit_status": transcript.exit_status,
        "started_ns": transcript.started_ns,
        "ended_ns": transcript.ended_ns,
        "stopped_for": transcript.stopped_for,
        "served": transcript.served,
        "files": list(transcript.files),
        "lines": [
            {
                "time_ns": line.time_ns,
                "stream": line.stream,
                "text": line.text,
                "complete": line.complete,
                "source": line.source,
            }
            for line in transcript.lines
        ],
    }


def _transcript(value: Json, files: Mapping[str, bytes]) -> Transcript:
    return Transcript(
        host=value["host"],
        program=value["program"],
        arguments=tuple(value["arguments"]),
        lines=tuple(Line(**line) for line in value["lines"]),
        exit_status=value["exit_status"],
        started_ns=value["started_ns"],
        ended_ns=value["ended_ns"],
        stopped_for=value["stopped_for"],
        served=value["served"],
        files=files,
        name=value.get("name", ""),
    )


def _from_entry(entry: SocketEntry) -> Json:
    return {
        "protocol": entry.protocol,
        "local": [entry.local.ip, entry.local.port],
        "remote": [entry.remote.ip, entry.remote.port] if entry.remote else None,
        "state": entry.state,
        "receive_queue": entry.receive_queue,
        "send_queue": entry.send_queue,
        "uid": entry.uid,
        "inode": entry.inode,
    }


def _entry(value: Json) -> SocketEntry:
    ends = {
        "local": Address(*value["local"]),
        "remote": Address(*value["remote"]) if value["remote"] else None,
    }
    return SocketEntry(**{**value, **ends})


def _from_verdict(verdict: Verdict) -> Json:
    return {
        "expectation": verdict.expectation,
        "sentence": verdict.sentence,
        "outcome": verdict.outcome.value,
        "detail": verdict.detail,
        "duration": verdict.duration,
        "pointers": [asdict(pointer) for pointer in verdict.pointers],
    }


def _verdict(value: Json) -> Verdict:
    return Verdict(
        str(value["expectation"]),
        Outcome(value["outcome"]),
        str(value["detail"]),
        float(value["duration"]),
        tuple(Pointer(**each) for each in value.get("pointers", ())),
    )
