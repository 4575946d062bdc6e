"""What a student hands in: which of its files stand instead of which of the scenario's."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from lab.errors import UsageError
from lab.scenario.files import files_of
from lab.scenario.scenario import Scenario
from lab.suite.grading.archive import Refused, contents, links, name_of


@dataclass(frozen=True)
class Submission:
    """What one student hands in.

    ``files`` are the contents by the scenario's names. ``problem`` says in a sentence why it cannot
    be played, where it cannot: it is empty, or a file is missing. ``folder`` is the name of the
    folder for its results.
    """

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    problem: str = ""

    @property
    def folder(self) -> str:
        """The name as that of a folder: letters and digits, and never another's."""
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", self.name).strip("-")[:60]
        if plain and plain == self.name:
            return plain
        return f"{plain or 'submission'}-{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"

    @property
    def digest(self) -> str:
        """What tells this submission from any other, and from a later one of the same name."""
        told = repr((self.name, sorted(self.files.items()), self.problem))
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def due(scenario: Scenario, only: Sequence[str]) -> tuple[str, ...]:
    """Return the files that a submission has to have: ``only`` these, or all programs.

    Raises UsageError where the scenario has no file of that name.
    """
    known = files_of(scenario.folder)
    for name in only:
        if name not in known:
            raise UsageError(
                f"grading {scenario.name}",
                f"the scenario has no file {name!r}",
                f"one of {', '.join(sorted(known))}",
            )
    programs = [each for some in scenario.programs.values() for each in some if not each.is_command]
    named = [each.file for each in programs] or [name for name in known if name.endswith(".py")]
    return tuple(dict.fromkeys(only or named))


def maps(words: Iterable[str], wanted: Sequence[str]) -> list[tuple[str, str]]:
    """Return ``THEIRS=OURS`` as pairs; raises UsageError where nothing is to be called OURS."""
    found = []
    for word in words:
        theirs, equals, ours = word.partition("=")
        if not (theirs and equals) or ours not in wanted:
            raise UsageError(
                f"reading --map {word}",
                f"it does not end in = and one of {', '.join(wanted)}",
                f"--map 'my_*.py={wanted[0]}'",
            )
        found.append((theirs, ours))
    return found


def read_all(
    paths: Sequence[Path], wanted: Sequence[str], mapping: Sequence[tuple[str, str]]
) -> list[Submission]:
    """Return the submissions in folders and archives.

    One that cannot be read is one with a problem: the others are graded all the same. Raises
    UsageError where two are called alike, and where nothing is at a path: that is a slip of who
    grades, and no student gets a mark for it.
    """
    gone = [str(path) for path in paths if not os.path.lexists(path)]
    if gone:
        more = f" and {len(gone) - 3} more" if gone[3:] else ""
        raise UsageError(
            "reading the submissions",
            f"there is no {', '.join(gone[:3])}{more}",
            "a folder or an archive for each student, as in submissions/*",
        )
    found: dict[str, Path] = {}
    for path in paths:
        name = name_of(path)
        if name in found:
            raise UsageError(
                "reading the submissions",
                f"{found[name]} and {path} are both called {name}",
                "give them names that differ: the results are kept by name",
            )
        found[name] = path
    return [read(path, wanted, mapping) for path in paths]


def read(path: Path, wanted: Sequence[str], mapping: Sequence[tuple[str, str]]) -> Submission:
    """Return the submission in a folder or an archive."""
    name = name_of(path)

    def is_taken(each: str) -> bool:
        return bool(_ours(each, wanted, mapping))

    try:
        files = _chosen(contents(path, is_taken), wanted, mapping)
        missing = [each for each in wanted if each not in files]
        linked = links(path, is_taken) if missing else []
    except Refused as reason:
        return Submission(name, problem=str(reason))
    if missing:
        problem = f"{' and '.join(missing)} {'are' if missing[1:] else 'is'} not in it"
        if linked:
            told = f"{' and '.join(linked[:3])} {'are links' if linked[1:] else 'is a link'}"
            problem += f": {told}, and no link is read, for it may lead anywhere: hand in the file"
        return Submission(name, files, problem)
    return Submission(name, files)


def _ours(path: str, wanted: Sequence[str], mapping: Sequence[tuple[str, str]]) -> list[str]:
    """Return the scenario's names that a student's file may stand for, the likeliest first."""
    base = PurePosixPath(path).name
    mapped = [
        ours for theirs, ours in mapping if fnmatchcase(path, theirs) or fnmatchcase(base, theirs)
    ]
    plain = [name for name in wanted if path == name or base == PurePosixPath(name).name]
    return list(dict.fromkeys(mapped or plain))


def _chosen(
    found: Mapping[str, bytes], wanted: Sequence[str], mapping: Sequence[tuple[str, str]]
) -> dict[str, bytes]:
    """Return the file that stands for each of the scenario's: the one that lies the highest."""
    chosen = {}
    for name in wanted:
        paths = sorted(
            (path for path in found if name in _ours(path, wanted, mapping)),
            key=lambda path: (path.count("/"), path),
        )
        highest = [path for path in paths if path.count("/") == paths[0].count("/")]
        if len(highest) > 1:
            raise Refused(f"{' and '.join(highest[:3])} could each be its {name}")
        if highest:
            chosen[name] = found[highest[0]]
    return chosen
