"""What ``python -m bench --scale`` found, as tables of docs/scale.md, and its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.curve import Panel, picture

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
MEGA = 1 << 20

Found = Mapping[str, Any]
"""What was found, as ``scale.json`` has it: ``facts``, ``curve`` and ``crowd``."""


def write(folder: Path, found: Found) -> None:
    """Put the tables into this folder's ``scale.md``, between their marks; draw ``scale.svg``."""
    page = folder / "scale.md"
    page.write_text(renewed(page.read_text(encoding="utf-8"), found), encoding="utf-8")
    (folder / "scale.svg").write_text(drawn(found), encoding="utf-8")


def renewed(text: str, found: Found) -> str:
    """Return the page with these tables; raises ValueError where it has no marks."""
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (mark and end):
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{tables(found)}\n{END}{after}"


def tables(found: Found) -> str:
    """Return the tables."""
    facts = "; ".join(f"{name} {value}" for name, value in found["facts"].items())
    return "\n".join([f"{facts}.", "", *_curve(found["curve"]), "", *_crowd(found["crowd"])])


def drawn(found: Found) -> str:
    """Return the picture: times and memory over the number of hosts."""
    points: Sequence[Found] = found["curve"]

    def of(name: str, per: float = 1.0) -> list[tuple[float, float]]:
        return [(each["hosts"], each[name] / per) for each in points if each[name] is not None]

    seconds = {"lab up": of("up"), "compose up": of("compose_up"), "a run of all": of("run")}
    theirs = {
        name: [(each["hosts"], each["mininet"][name]) for each in points if each.get("mininet")]
        for name in ("up", "run", "down")
    }
    if any(theirs.values()):
        seconds["Mininet up"] = theirs["up"]
    downs = {"lab down": of("down"), "compose down": of("compose_down")}
    if any(theirs.values()):
        downs["Mininet down"] = theirs["down"]
    memory = {
        "on the engine": of("engine_memory", MEGA),
        "in the lab's processes": of("lab_memory", MEGA),
    }
    return picture(
        [
            Panel("Up, and a run", "s", seconds),
            Panel("Down", "s", downs),
            Panel("Memory per host", "MB", memory),
        ]
    )


def _curve(points: Sequence[Found]) -> list[str]:
    rows = [
        "| hosts | load | `lab up` | compose `up -d` | a host more | run of all | its CPU "
        "| channels into all | `lab down` | compose `down` |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    before: Found | None = None
    for each in points:
        more = "–"
        if before is not None:
            slope = (each["up"] - before["up"]) / (each["hosts"] - before["hosts"])
            more = f"{slope:.2f} s"
        down = each["compose_down"]
        theirs = "failed" if down is None else f"{down:.1f} s"
        held = "" if each["held"] else " (not held)"
        rows.append(
            f"| {each['hosts']} | {each.get('load', '–')} | {each['up']:.1f} s "
            f"| {each['compose_up']:.1f} s | {more} "
            f"| {each['run']:.1f} s{held} | {each['run_processor']:.1f} s | {each['open']:.2f} s "
            f"| {each['down']:.1f} s | {theirs} |"
        )
        before = each
    rows += [
        "",
        "| hosts | memory a host, on the engine | in the lab's processes | processes a host "
        "| the lab's own for all hosts |",
        "|--:|--:|--:|--:|--:|",
    ]
    rows += [
        f"| {each['hosts']} | {each['engine_memory'] / MEGA:.1f} MB "
        f"| {each['lab_memory'] / MEGA:.2f} MB | {each['processes']:.1f} "
        f"| {each['lab_processes']} |"
        for each in points
    ]
    return [*rows, *_mininet(points)]


def _mininet(points: Sequence[Found]) -> list[str]:
    measured = [each for each in points if each.get("mininet")]
    if not measured:
        return []
    rows = [
        "",
        "| hosts of Mininet | up | run of all | down | memory a host |",
        "|--:|--:|--:|--:|--:|",
    ]
    for each in measured:
        took = each["mininet"]
        rows.append(
            f"| {each['hosts']} | {took['up']:.1f} s | {took['run']:.1f} s | {took['down']:.1f} s "
            f"| {took['memory'] / MEGA:.1f} MB |"
        )
    return rows


def _crowd(crowd: Found) -> list[str]:
    hosts = crowd["hosts"]
    rest = crowd["hosts_at_rest"]
    played = ", ".join(f"`{name}` {took:.1f} s" for name, took in crowd["played"].items())
    runs = crowd["labs"] * len(crowd["played"])
    rows = {
        "first lab ready": f"{crowd['ready'][0]:.1f} s",
        "last lab ready": f"{crowd['ready'][-1]:.1f} s",
        "memory a host, on the engine": f"{crowd['on_engine'] / hosts / MEGA:.1f} MB",
        "memory a host, in the lab's process": f"{crowd['in_process'] / hosts / MEGA:.2f} MB",
        "processes of the lab's own, for all": str(crowd["processes"]),
        "processors that all hosts keep busy at rest": "–" if rest is None else f"{rest:.4f}",
        "played in all labs at once": played,
        "runs of which every expectation holds": f"{crowd['held']} of {runs}",
        "packets of another lab": str(len(crowd["strangers"])),
        "down, all of them": f"{crowd['down']:.1f} s",
        "hosts and networks left": str(len(crowd["left"])),
    }
    return [
        f"| {crowd['labs']} labs of {hosts // crowd['labs']} hosts at once | |",
        "|---|--:|",
        *(f"| {what} | {value} |" for what, value in rows.items()),
    ]
