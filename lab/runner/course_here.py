"""What of the course works with the engine at hand, and for which reason: from the doctor's checks.

What was tried on which engine is in docs/engines.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from lab.errors import LabError
from lab.hosts.docker.engine import engine
from lab.runner import engine_checks
from lab.runner.check import Check, State
from lab.scenario.course import PARTS

NEEDED = ("engine", "docker command", "compose", "IPv6")
"""The checks without which no scenario works."""

SINCE_IPV6_TABLES = (27,)
"""The first version of Docker whose firewall keeps track of IPv6 as it comes."""


@dataclass(frozen=True)
class Row:
    """A part of the course, or something that several parts use, and whether it works here."""

    what: str
    works: State
    why: str = ""


def examine(checks: Sequence[Check]) -> list[Row]:
    """Return what works with the engine at hand, by its checks; never raises a LabError."""
    try:
        with closing(engine.connect()) as client:
            version, info = client.version(), client.info()
    except (LabError, OSError):
        return table(checks, is_podman=False, version=())
    is_podman = engine_checks.kind(version, info) is engine_checks.Kind.PODMAN
    return table(checks, is_podman, engine_checks.numbers(str(version.get("Version"))))


def table(checks: Sequence[Check], is_podman: bool, version: tuple[int, ...]) -> list[Row]:
    """Return what works, by the checks, the kind of the engine and the numbers of its version."""
    # A lab across two engines has most checks twice: the worse one counts.
    worst = sorted(checks, key=lambda check: [*State].index(check.state))
    by_name = {check.name: check for check in worst}
    failed = [name for name in NEEDED if _state(by_name, name) is State.FAIL]
    if failed:
        why = f"see {' and '.join(failed)} above"
        return [Row("all parts", State.FAIL, why)]
    sees = _state(by_name, "bridges") is State.WARN
    cut = sees and (is_podman or version >= SINCE_IPV6_TABLES)
    costs = {
        "C": "udp_large over IPv6 may not be judged: see bridges" if cut else "",
        "F": "Podman rewrites addresses on their way: see bridges" if sees and is_podman else "",
    }
    rows = []
    for part, title in PARTS.items():
        why = costs.get(part, "")
        rows.append(Row(f"part {part}, {title}", State.WARN if why else State.OK, why))
    return [
        *rows,
        _of(by_name, "faults", "faults", "some or all may be refused by name: see faults"),
        _of(by_name, "capture", "captures", "those of busy runs may not be judged: see capture"),
        _of(by_name, "closed hosts", "no way out", "see closed hosts"),
        _of(by_name, "limits", "limits of programs", "some are not kept: see limits"),
        _of(by_name, "machine", "no word to the machine", "see machine"),
    ]


def _state(checks: Mapping[str, Check], name: str) -> State:
    return checks[name].state if name in checks else State.OK


def _of(checks: Mapping[str, Check], name: str, what: str, why: str) -> Row:
    state = _state(checks, name)
    return Row(what, state, "" if state is State.OK else why)
