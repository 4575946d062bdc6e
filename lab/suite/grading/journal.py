"""What has been judged so far, a line for each run, so that nothing is judged twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.observation.run import Run
from lab.observation.store import unwritable
from lab.observation.verdict import Outcome

MOST_DETAIL = 2_000
"""Letters of a verdict's detail that are kept."""


@dataclass(frozen=True)
class Judgement:
    """What became of one expectation in one run; ``outcome`` is an Outcome's value."""

    expectation: str
    outcome: str
    detail: str = ""


@dataclass(frozen=True)
class Attempt:
    """One run of a submission over an IP version, and what became of each expectation.

    ``key`` names what was played: submission, scenario, IP version, and the number of the attempt.
    ``reason`` says why nothing can be concluded from it, where that is so.
    """

    key: str
    family: str
    judgements: tuple[Judgement, ...] = ()
    reason: str = ""

    @classmethod
    def of(cls, key: str, run: Run) -> Attempt:
        """Return what is kept of a run."""
        reason = run.reason
        if run.observation is not None and run.observation.inconclusive:
            reason = "; ".join(run.observation.inconclusive)
        elif not run.verdicts:
            reason = reason or "nothing was judged"
        found = tuple(
            Judgement(each.expectation, each.outcome.value, each.detail[:MOST_DETAIL])
            for each in run.verdicts
        )
        if not reason and any(each.outcome == Outcome.INCONCLUSIVE.value for each in found):
            unjudged = (each for each in found if each.outcome == Outcome.INCONCLUSIVE.value)
            reason = next(unjudged).detail.partition("\n")[0] or "not all was judged"
        return cls(key, run.family.value, found, reason)


class Journal:
    """The attempts that a file keeps, by their keys; each is on the disk when it is added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = {each.key: each for each in _read(path)}

    def __getitem__(self, key: str) -> Attempt:
        return self._known[key]

    def is_judged(self, key: str) -> bool:
        """Whether this was played, and evidence."""
        return key in self._known and not self._known[key].reason

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt; raises UsageError or NoSpace where it cannot be kept."""
        line = json.dumps(asdict(attempt)).encode() + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
            number = os.open(self._path, flags, 0o666)
            with os.fdopen(number, "r+b", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - 1))
                torn = size and file.read(1) != b"\n"  # whoever wrote last was killed
                file.write(b"\n" + line if torn else line)
                os.fsync(number)
        except OSError as error:
            raise unwritable(self._path.parent, error) from error
        self._known[attempt.key] = attempt


def _read(path: Path) -> Iterator[Attempt]:
    if not path.is_file() or path.is_symlink():
        return
    for line in path.read_bytes().splitlines():
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            known = json.loads(line)
            judged = tuple(
                Judgement(str(each["expectation"]), Outcome(each["outcome"]).value, each["detail"])
                for each in known["judgements"]
            )
            yield Attempt(known["key"], known["family"], judged, known["reason"])
