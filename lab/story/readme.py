"""The blocks of a README that a run fills, and that are compared with one to see if they are true.

A block is a line ``<!-- story: ipv4 -->`` and the ``text`` fence that follows it. What differs from
run to run (times, ports, which state a look at the table caught) may differ from the README; who
printed what and what crossed the wire may not.

Where the packets of a story are never twice the same (what is lost, or how a stream is cut up), the
block is ``<!-- example: ipv4 -->``: the story of one run, true as long as the programs print the
same. Where they are too many, ``<!-- printed: ipv4 client -->`` holds what one host's programs
printed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from lab.observation.observation import HostObservation
from lab.wire.address import Family
from lab.wire.text import shown

BLOCK = re.compile(
    r"^<!-- (?:(?P<kind>story|example): (?P<name>\w+ )?|printed: )"
    r"(?P<family>ipv[46])(?P<host> \w+)? -->"
    r"\n+```text\n(?P<story>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
"""A key's (ssh-keygen(1)): each engine's lab has keys of its own."""
ARROW = re.compile(r"(?:◀─*|─+) (?P<label>[^─◀▶]+?) (?:─+▶?|✗)")
HEADING = re.compile(r"^\s*ms\s.*\s(?:wire|┆ \S+)\s")
BETWEEN = re.compile(r"\s(?:wire|┆ \S+(?:\s+┆ \S+)*)\s+")
"""What stands between two hosts in the heading of a table: a wire, or the routers on it."""

CHIPS = re.compile(r"(?<=[─┼]) (?:(?:now (?:from|to) \S+|TTL \d+|hop limit \d+),? )+(?=[─┼])")
"""What routers changed: how much of it is told depends on the room."""

ASIDE = re.compile(r"(?:─✗|◀─+ ┆) (?P<label>\S.*?)(?=\s{2,}|\s*[│┆]|$)")
"""A label beside an arrow that is too short for it."""

HOPS = re.compile(r"(?:TTL|hop limit|hops) (?P<hops>\d+)\b")
BYTES = re.compile(r"([\d,]+ B)\b")


Key = tuple[str | None, Family, str | None]


@dataclass(frozen=True)
class Block:
    """A story in a README: of which scenario (None: the folder's own), over which IP version.

    Where ``host`` names one, it is no story but what that host's programs printed. The packets of
    an example may differ from run to run.
    """

    scenario: str | None
    family: Family
    story: str
    host: str | None = None
    example: bool = False

    @property
    def key(self) -> Key:
        """What it is to be filled with: the scenario, the IP version, the host."""
        return self.scenario, self.family, self.host

    def says_the_same(self, now: str) -> bool:
        """Whether what a run showed now is what this block holds."""
        if self.host is not None:
            return _masked(now) == _masked(self.story)
        then, new = essence(self.story), essence(now)
        if self.example:
            return then.said == new.said
        return then == new


@dataclass(frozen=True)
class Essence:
    """What of a story must be the same in every run: its packets, and what each side printed.

    ``said`` holds the letters and marks of each host, numbers left out, in no order: two programs
    of one host print side by side, and which of two lines is seen first differs from run to run. So
    does the table that a line is in, where a host has several. ``printed`` holds the same for each
    column.
    """

    packets: Counter[str]
    said: Mapping[str, Counter[str]]
    printed: tuple[Counter[str], ...] = field(compare=False)


def blocks(readme: str) -> list[Block]:
    """Return the blocks of a README."""
    return [_block(match) for match in BLOCK.finditer(readme)]


def filled(readme: str, stories: Mapping[Key, str]) -> str:
    """Return a README with each block of which ``stories`` has the text filled anew."""

    def fill(match: re.Match[str]) -> str:
        block = _block(match)
        story = stories.get(block.key, block.story).strip("\n")
        head = match[0].partition("\n")[0]
        return f"{head}\n\n```text\n{story}\n```"

    return BLOCK.sub(fill, readme)


def printed(host: HostObservation) -> str:
    """Return what a host's programs printed, each behind its command line."""
    return "\n".join(
        line
        for transcript in host.transcripts
        for line in (
            " ".join(("$", transcript.program, *transcript.arguments)),
            *(shown(each.text) for each in transcript.lines),
        )
    )


def _block(match: re.Match[str]) -> Block:
    name, host = (match["name"] or "").strip(), (match["host"] or "").strip()
    family, example = Family(match["family"]), match["kind"] == "example"
    return Block(name or None, family, match["story"], host or None, example)


def essence(story: str) -> Essence:
    """Return what of a rendered story does not change from run to run."""
    packets: Counter[str] = Counter()
    columns: list[slice] = []
    hosts: list[str] = []
    printed: list[str] = []
    for line in story.splitlines():
        if HEADING.search(line):
            # Each table has columns of its own: how wide they are depends on its times.
            starts = [0, *(match.end() for match in BETWEEN.finditer(line))]
            columns = [slice(*ends) for ends in pairwise([*starts, None])]
            hosts += [re.sub(r"^\s*ms\b", "", line[column]).split()[0] for column in columns]
            printed += [""] * len(columns)
        plain = CHIPS.sub("─", line).replace("┼", "─")
        for match in (*ARROW.finditer(plain), *ASIDE.finditer(plain)):
            packets[_packet(match["label"])] += 1
        for number, column in enumerate(columns, start=-len(columns)):
            printed[number] += "".join(re.findall(r"│ ?([^│┆─◀▶]*)", line[column]))
    packets.pop("ACK", None)
    letters = tuple(Counter(re.sub(r"[\s\d.,:]+", "", text)) for text in printed)
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for host, each in zip(hosts, letters, strict=True):
        said[host] += each
    return Essence(packets, said, letters)


def _packet(label: str) -> str:
    """Return the start of a label and its length: the rest depends on the room it had."""
    plain = re.sub(r"^#\d+ ", "", label.strip())
    if hops := HOPS.match(plain):
        return f"hops {hops['hops']} {'expired' if plain.endswith('expired') else ''}"
    size = BYTES.search(plain)
    if size:
        return f"data {size[1]}"
    return _masked(plain.split(" (")[0])[:12]


def _masked(text: str) -> str:
    return NUMBER.sub("#", FINGERPRINT.sub("#", re.sub(r"\s+", "", text)))
