"""The story blocks of a README: filled from a run, and compared with one to see if they are true.

A block is a line ``<!-- story: ipv4 -->`` and the ``text`` fence that follows it. What differs from
run to run (times, ports, which state a look at the table caught) may differ from the README; who
printed what and what crossed the wire may not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from lab.address import Family

BLOCK = re.compile(
    r"^<!-- story: (?P<name>\w+ )?(?P<family>ipv[46]) -->\n+```text\n(?P<story>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
ARROW = re.compile(r"(?:◀─*|─+) (?P<label>[^─◀▶]+?) (?:─+▶?|✗)")
BYTES = re.compile(r"([\d,]+ B)\b")


@dataclass(frozen=True)
class Block:
    """A story in a README: of which scenario (None: the folder's own), over which IP version."""

    scenario: str | None
    family: Family
    story: str


@dataclass(frozen=True)
class Essence:
    """What of a story must be the same in every run: its packets, and what each side printed."""

    packets: Counter[str]
    left: str
    right: str


def blocks(readme: str) -> list[Block]:
    """Return the story blocks of a README."""
    return [
        Block((match["name"] or "").strip() or None, Family(match["family"]), match["story"])
        for match in BLOCK.finditer(readme)
    ]


def filled(readme: str, stories: Mapping[tuple[str | None, Family], str]) -> str:
    """Return a README with each block of which ``stories`` has the story filled anew."""

    def fill(match: re.Match[str]) -> str:
        key = ((match["name"] or "").strip() or None, Family(match["family"]))
        story = stories.get(key, match["story"]).strip("\n")
        head = f"<!-- story: {match['name'] or ''}{match['family']} -->"
        return f"{head}\n\n```text\n{story}\n```"

    return BLOCK.sub(fill, readme)


def essence(story: str) -> Essence:
    """Return what of a rendered story does not change from run to run."""
    lines = story.splitlines()
    heads = [line.rindex("wire") for line in lines if re.search(r"\bms\b.*\swire\s", line)]
    packets: Counter[str] = Counter()
    printed = {True: "", False: ""}
    for line in lines:
        for match in ARROW.finditer(line):
            packets[_packet(match["label"])] += 1
        for part in re.finditer(r"│ ?([^│─◀▶]*)", line):
            if heads:
                printed[part.start() < heads[0]] += part[1]
    packets.pop("ACK", None)
    return Essence(packets, _masked(printed[True]), _masked(printed[False]))


def _packet(label: str) -> str:
    """Return the start of a label and its length: the rest depends on the room it had."""
    plain = re.sub(r"^#\d+ ", "", label.strip())
    size = BYTES.search(plain)
    if size:
        return f"data {size[1]}"
    return _masked(plain.split(" (")[0])[:12]


def _masked(text: str) -> str:
    return NUMBER.sub("#", re.sub(r"\s+", "", text))
