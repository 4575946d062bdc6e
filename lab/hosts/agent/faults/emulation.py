"""What the kernel's network emulator can do of an impairment, and the commands for it.

Packets that a fault is about are marked as they come in; where they leave, the marked ones pass
through tc-netem(8), and all others beside it. Nothing here touches the world.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

Command = list[str]
Description = Mapping[str, Any]
Side = Literal["leaves", "entered", "either"]

TOOLS = {"iptables": "icmp", "ip6tables": "ipv6-icmp"}
FORWARDED, ENTERED = 0x20000000, 0x40000000
"""Marks of packets that come from any card, and of those that come from the fault's own."""

NO_LIMIT = "100000"
"""Packets that may wait at once: as many as that never do (a rate limits them in bytes)."""

IN_ORDER = "10gbit"
"""A rate so high that it delays nothing; with one, netem keeps the order whatever the jitter."""

LONGEST_JITTER = 2.0
"""Seconds: netem draws it as 32 bits of nanoseconds, to both sides."""

KINDS = ("loss", "duplicate", "corrupt", "reorder", "delay", "rate")
_SAME_OPTION = ({"delay", "reorder"}, {"loss", "duplicate"})


def cannot(description: Description) -> str:
    """Say why netem cannot do an impairment at all; empty where it can."""
    kind, share = description["kind"], description.get("share")
    reasons = {
        f"netem knows no {kind}": kind not in KINDS,
        "netem does not count packets": bool(description.get("nth")),
        "netem meets other packets each time, whatever the seed": share is not None
        and description.get("seed") is not None,
        f"netem does a {kind} to all packets or none": share is not None
        and kind in ("delay", "rate"),
        "netfilter has no word for segments with data": description.get("having") == "data",
        f"netem's jitter is {LONGEST_JITTER:g} s at most": description.get("jitter", 0.0)
        > LONGEST_JITTER,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def differs(description: Description) -> str:
    """Say in what netem's way of doing an impairment is not what is meant; empty where it is."""
    if description["kind"] == "corrupt":
        return "netem turns a bit over anywhere in the frame, its addresses and headers among them"
    return ""


def collides(kind: str, there: Iterable[str]) -> str:
    """Say why one netem cannot do this beside what it does already; empty where it can."""
    for other in there:
        if kind == other or {kind, other} in _SAME_OPTION:
            return f"netem does one {other} already"
    return ""


def about(description: Description) -> tuple[Any, ...]:
    """Return what tells the packets that an impairment is about from others."""
    return tuple(description.get(key) for key in ("protocol", "port", "having", "card", "side"))


def words(group: Iterable[Description]) -> list[str]:
    """Return what tc-netem(8) is told, of all impairments that it does together."""
    told = ["limit", NO_LIMIT]
    rate, corrupt = IN_ORDER, "0%"
    for each in group:
        kind, chance = each["kind"], each.get("share")
        percent = f"{(1.0 if chance is None else chance) * 100:.6f}%"
        match kind:
            case "loss":
                told += ["loss", "random", percent]
            case "duplicate":
                told += ["duplicate", percent]
            case "corrupt":
                corrupt = percent
            case "delay":
                told += ["delay", _time(each["seconds"])]
                told += [_time(each["jitter"])] if each.get("jitter") else []
            case "reorder":
                told += ["delay", _time(each["seconds"])]
                # netem's share is that of the packets which it does not hold back.
                told += ["reorder", f"{(1 - chance) * 100:.6f}%"] if chance is not None else []
            case "rate":
                rate = f"{each['bits_per_second']}bit"
    # What is not said again when a netem changes stays as it was: these two are always said.
    return [*told, "corrupt", corrupt, "rate", rate]


def tree(card: str, mark: int, group: Iterable[Description]) -> tuple[list[Command], list[Command]]:
    """Return the commands that put a netem beside what else leaves by a card, and undo it."""
    do = [
        ["tc", "qdisc", "add", "dev", card, "root", "handle", "1:", "prio", "bands", "2"],
        ["tc", "qdisc", "add", "dev", card, "parent", "1:2", "handle", "2:", "netem"],
        _filter("add", card, mark, group),
    ]
    do[0] += ["priomap", *("0" for _ in range(16))]
    do[1] += words(group)
    return do, [["tc", "qdisc", "del", "dev", card, "root"]]


def change(card: str, mark: int, group: Iterable[Description]) -> list[Command]:
    """Return the commands that have a netem do something else from now on."""
    netem = ["tc", "qdisc", "change", "dev", card, "parent", "1:2", "handle", "2:", "netem"]
    gone = ["tc", "filter", "del", "dev", card, "parent", "1:", "prio", "1"]
    return [[*netem, *words(group)], gone, _filter("add", card, mark, group)]


def marking(description: Description, card: str) -> list[Command]:
    """Return the rules, each for iptables(8) behind ``-I``, that mark what a fault is about."""
    ways: dict[int, list[str]] = {FORWARDED: ["!", "-i", "lo"], ENTERED: ["-i", card]}
    marks = {"leaves": [FORWARDED], "entered": [ENTERED], "either": [FORWARDED, ENTERED]}
    return [
        [tool, "PREROUTING", *ways[mark], *match, "-j", "MARK", "--or-mark", hex(mark)]
        for tool in TOOLS
        for mark in marks[description["side"]]
        for match in _matches(tool, description)
    ]


def leaving(side: Side, card: str, cards: Iterable[str]) -> dict[str, int]:
    """Return by which cards marked packets leave, and by which mark they are known there."""
    own = {card: FORWARDED} if side != "entered" else {}
    others = {each: ENTERED for each in cards if each != card} if side != "leaves" else {}
    return own | others


def counting(leaving_by: Mapping[str, int]) -> list[Command]:
    """Return the rules that do nothing but count what goes through a netem."""
    return [
        [tool, "POSTROUTING", "-o", card, "-m", "mark", "--mark", f"{mark:#x}/{mark:#x}"]
        for tool in TOOLS
        for card, mark in leaving_by.items()
    ]


def _filter(verb: str, card: str, mark: int, group: Iterable[Description]) -> Command:
    """Send what has the mark through netem; of a rate, only what has room in its queue.

    A bucket of tokens that fills at the rate is as empty as the queue of a link is full, so a
    policer lets through what a queue of so many bytes has room for.
    """
    select = ["tc", "filter", verb, "dev", card, "parent", "1:", "protocol", "all", "prio", "1"]
    select += ["handle", f"{mark:#x}/{mark:#x}", "fw", "classid", "1:2"]
    for each in group:
        if each["kind"] == "rate":
            select += ["action", "police", "rate", f"{each['bits_per_second']}bit"]
            select += ["burst", str(each["queue"]), "conform-exceed", "drop/pass"]
    return select


def _matches(tool: str, description: Description) -> list[list[str]]:
    """Return the words for the packets, once for each side on which a port may be."""
    protocol, port = description.get("protocol"), description.get("port")
    having = description.get("having")
    protocol = "tcp" if having else protocol
    match: list[str] = []
    if protocol is not None:
        match += ["-p", TOOLS[tool] if protocol == "icmp" else protocol]
    if having is not None:
        match += ["--tcp-flags", having, having]
    if port is None:
        return [match]
    return [[*match, side, str(port)] for side in ("--sport", "--dport")]


def _time(seconds: float) -> str:
    return f"{seconds * 1_000_000:.0f}us"
