"""An observation as plain JSON values, and back; the packets themselves stay in pcap files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, astuple, replace
from typing import Any

from lab.errors import UsageError
from lab.observation.artifacts import name_of
from lab.observation.as_declared import wrong_in
from lab.observation.calls.record import from_call, to_call
from lab.observation.causes import causes
from lab.observation.digest import from_capture, from_conversation
from lab.observation.evidence import Pointer
from lab.observation.observation import HostObservation, Observation
from lab.observation.own_call import OwnCall
from lab.observation.run import Run
from lab.observation.transcript import Line, Transcript
from lab.observation.verdict import Outcome, Verdict
from lab.wire.address import Address, Family, Link, Service
from lab.wire.pcap import Capture
from lab.wire.sockets.table import Sample, SocketEntry

SCHEMA = 5
"""The version of this layout; raised when a reader of the old one would misread the new one."""

Json = dict[str, Any]


def to_json(run: Run) -> Json:
    """Return a run and its verdicts as values that :mod:`json` can write.

    Times are epoch nanoseconds, durations seconds. ``packets``, ``conversations`` and
    ``causes`` tell in words what follows from the rest; :func:`from_json` does not read them.
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
        "failed_steps": list(observation.failed_steps),
        "failures": observation.failures,
        "causes": [cause.sentence for cause in causes(run)],
        "names": dict(observation.names),
        "versions": dict(observation.versions),
        "words": dict(observation.words),
        "verdicts": [_from_verdict(verdict) for verdict in run.verdicts],
        "conversations": [from_conversation(each) for each in observation.conversations()],
        "hosts": [_from_host(host) for host in observation.hosts],
    }


def from_json(
    document: Any, capture: Callable[[str], Capture], file: Callable[[str], bytes]
) -> Run:
    """Return the run that a document tells of.

    ``capture`` returns a host's capture by its name (:attr:`HostObservation.taps`), ``file`` a file
    that a program left by the name under which it is kept.

    Raises UsageError where the document is not one of :func:`to_json`, or of another version, and
    what ``capture`` and ``file`` raise.
    """
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        version = document.get("schema") if isinstance(document, dict) else None
        raise UsageError(
            "reading the record of a run",
            f"its schema is {version!r}, and this version of the lab reads {SCHEMA}",
            "run the scenario again",
        )
    try:
        observation = _observation(document, capture, file)
        run = Run.of(observation, tuple(map(_verdict, document["verdicts"])))
        wrong = wrong_in(run)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UsageError(
            "reading the record of a run",
            f"it is not complete: {type(error).__name__}: {error}",
            "run the scenario again",
        ) from error
    if wrong is not None:
        raise UsageError("reading the record of a run", wrong, "run the scenario again")
    return run


def _observation(
    document: Json, capture: Callable[[str], Capture], file: Callable[[str], bytes]
) -> Observation:
    return Observation(
        scenario=document["scenario"],
        family=Family(document["family"]),
        hosts=tuple(_host(host, capture, file) for host in document["hosts"]),
        names=dict(document["names"]),
        started_ns=document["started_ns"],
        ended_ns=document["ended_ns"],
        waiting=document["waiting"],
        inconclusive=_list(document["inconclusive"]),
        remarks=_list(document["remarks"]),
        failed_steps=_list(document["failed_steps"]),
        versions=dict(document.get("versions", {})),
        words=dict(document.get("words", {})),
    )


def _list(value: Any) -> Any:
    """Return the values of a list; a text, which would be cut into letters, is no list."""
    return tuple(value) if isinstance(value, list) else value


def _from_host(host: HostObservation) -> Json:
    return {
        "name": host.name,
        "addresses": dict(host.addresses),
        "transcripts": [_from_transcript(each) for each in host.transcripts],
        "capture": from_capture(host.capture) if host.capture is not None else None,
        "links": [asdict(link) for link in host.links],
        "own_calls": [asdict(call) for call in host.own_calls],
        "tls_keys": host.tls_keys,
        "further": {name: from_capture(capture) for name, capture in host.further.items()},
        "samples": [
            {
                "time_ns": sample.time_ns,
                "sockets": [_from_entry(each) for each in sample.entries],
                "gone": [_from_entry(each) for each in sample.gone],
            }
            for sample in host.samples
        ],
    }


def _host(
    value: Json, read: Callable[[str], Capture], file: Callable[[str], bytes]
) -> HostObservation:
    name, about = value["name"], value["capture"]
    capture = None if about is None else _described(read(name), about)
    links = tuple(
        Link(each["network"], each["mac"], _addresses(each)) for each in value.get("links", ())
    )
    captures = {links[0].network: capture} if links and capture else {}
    for network, further in value.get("further", {}).items():
        captures[network] = _described(read(f"{name}-{network}"), further)
    return HostObservation(
        name=name,
        addresses=_addresses(value),
        transcripts=tuple(
            _transcript(
                each, {left: file(name_of(name, number, left)) for left in each.get("files", ())}
            )
            for number, each in enumerate(value["transcripts"], start=1)
        ),
        capture=capture,
        samples=tuple(
            Sample(
                sample["time_ns"],
                tuple(map(_entry, sample["sockets"])),
                tuple(map(_entry, sample["gone"])),
            )
            for sample in value["samples"]
        ),
        links=links,
        captures=captures,
        own_calls=tuple(map(_own_call, value.get("own_calls", ()))),
        tls_keys=value.get("tls_keys", ""),
    )


def _described(capture: Capture, about: Json) -> Capture:
    """Return a capture with what the record says about it."""
    known = {name: about[name] for name in ("dropped", "host", "interface")}
    return replace(capture, **known, problem=capture.problem or about["problem"])


def _addresses(value: Json) -> dict[Family, str]:
    return {Family(family): ip for family, ip in value["addresses"].items()}


def _from_transcript(transcript: Transcript) -> Json:
    made = [from_call(call) for call in transcript.made]
    told = asdict(replace(transcript, made=()))
    return {**told, "files": list(transcript.files), "made": made}


def _transcript(value: Json, files: dict[str, bytes]) -> Transcript:
    built = {
        "made": tuple(map(to_call, value.get("made", ()))),
        "arguments": _list(value["arguments"]),
        "lines": tuple(map(_line, value["lines"])),
        "typed": tuple(map(_line, value.get("typed", ()))),
        "files": files,
        "listens_on": tuple(Service(**each) for each in value.get("listens_on", ())),
    }
    return Transcript(**{**value, **built})


def _line(value: Json) -> Line:
    return Line(**{**value, "halts": tuple(map(tuple, value.get("halts", ())))})


def _own_call(value: Json) -> OwnCall:
    ends = {end: Address(**value[end]) for end in ("caller", "called")}
    return OwnCall(**{**value, **ends})


def _from_entry(entry: SocketEntry) -> Json:
    ends = {"local": astuple(entry.local), "remote": entry.remote and astuple(entry.remote)}
    return {**asdict(entry), **ends}


def _entry(value: Json) -> SocketEntry:
    ends = {
        "local": Address(*value["local"]),
        "remote": Address(*value["remote"]) if value["remote"] else None,
    }
    return SocketEntry(**{**value, **ends})


def _from_verdict(verdict: Verdict) -> Json:
    return {**asdict(verdict), "sentence": verdict.sentence, "outcome": verdict.outcome.value}


def _verdict(value: Json) -> Verdict:
    return Verdict(
        value["expectation"],
        Outcome(value["outcome"]),
        value["detail"],
        value["duration"],
        tuple(Pointer(**each) for each in value.get("pointers", ())),
        value.get("said", ""),
    )
