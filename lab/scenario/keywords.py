"""What keywords in a scenario may be: a value that means nothing is refused where it stands."""

from __future__ import annotations

import difflib
import inspect
import math
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.errors import ScenarioInvalid
from lab.wire.address import Family

MOST_SHOWN = 80
"""Letters of a value that are shown."""


def refused(making: str, keyword: str, given: object, advice: str) -> ScenarioInvalid:
    """Return what is raised where a keyword's value means nothing."""
    return ScenarioInvalid(making, f"{keyword} is {shown(given)}", advice)


def shown(given: object) -> str:
    """Return a value as Python writes it, cut where it is long."""
    text = repr(given)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def families(making: str, given: Iterable[Family]) -> tuple[Family, ...]:
    """Return the IP versions that are given, by their names too; raises ScenarioInvalid."""
    try:
        if not isinstance(given, str) and (found := tuple(map(Family, given))):
            return found
    except (TypeError, ValueError):
        pass
    advice = "families=[Family.IPV4], or [Family.IPV6], or leave it out for both"
    raise refused(making, "families", given, advice)


def seconds(making: str, keyword: str, given: float, *, or_none: bool = False) -> float:
    """Return a time in seconds, more than 0, or 0 too with ``or_none``; raises ScenarioInvalid."""
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if is_number and math.isfinite(given) and (given > 0 or (or_none and given == 0)):
        return given
    least = "0 or more" if or_none else "more than 0"
    raise refused(making, keyword, given, f"seconds, {least}: {keyword}=10")


def one_of(making: str, keyword: str, given: object, known: Iterable[object]) -> None:
    """Raise ScenarioInvalid where a value is none of those that there are.

    1 is not True here, though Python has them equal.
    """
    words = tuple(known)
    if not any(given is each or (isinstance(each, str) and given == each) for each in words):
        told = " or ".join(f"{keyword}={each!r}" for each in words if each is not None)
        raise refused(making, keyword, given, told)


def text(making: str, keyword: str, given: object) -> None:
    """Raise ScenarioInvalid where a value is no text."""
    if not isinstance(given, str):
        raise refused(making, keyword, given, f'words in quotes: {keyword}="…"')


def texts(making: str, keyword: str, given: str | Iterable[str], advice: str) -> tuple[str, ...]:
    """Return one text or several as several; raises ScenarioInvalid where they are none."""
    found = (given,) if isinstance(given, str) else given
    if isinstance(found, Iterable) and not isinstance(found, Mapping):
        several = tuple(found)
        if all(isinstance(each, str) for each in several):
            return several
    raise refused(making, keyword, given, advice)


def of(called: Callable[..., Any]) -> list[str]:
    """Return the keywords that a class or a function takes."""
    kinds = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        given = inspect.signature(called).parameters.values()
    except ValueError:  # one that is written in C may have no signature
        return []
    return [each.name for each in given if each.kind in kinds]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like one that is not known; empty where none is."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1)), "")


@dataclass(frozen=True)
class Unknown:
    """A keyword that what was called does not take, and those that it takes."""

    called: str
    keyword: str
    known: Sequence[str]

    @property
    def seen(self) -> str:
        """What is wrong, in a sentence, with the keyword that may be meant."""
        near = nearest(self.keyword, self.known)
        return f"{self.called} takes no {self.keyword}=" + (f", but {near}=" if near else "")

    @property
    def advice(self) -> str:
        """What to try."""
        near = nearest(self.keyword, self.known)
        known = ", ".join(f"{each}=" for each in self.known)
        return f"did you mean {near}=?" if near else known and f"one of {known}"


_UNKNOWN = re.compile(r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'")


def unknown(error: BaseException) -> Unknown | None:
    """Return which keyword an error of Python's is about, where it is one that there is not.

    Python says what was called by its name; it is looked for where it was called, and in ``lab``.
    """
    found = _UNKNOWN.match(str(error)) if isinstance(error, TypeError) else None
    stack = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__))
    if not found or not stack:
        return None
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    name = found[1].removesuffix(".__init__").rpartition(".")[2]
    there = [*frame.f_globals.values(), *vars(sys.modules["lab"]).values()]
    # A class says the name of the one that it has its keywords from.
    kinds = {
        each.__name__: each
        for each in there
        if callable(each) and name in (kind.__name__ for kind in getattr(each, "__mro__", [each]))
        if hasattr(each, "__name__")
    }
    written = [each for each in kinds if re.search(rf"\b{each}\b", stack[-1].line or "")]
    called = (written or [each for each in kinds if each == name] or [*kinds, ""])[0]
    return Unknown(called, found[2], of(kinds[called])) if called else None
