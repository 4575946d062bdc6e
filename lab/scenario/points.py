"""What an expectation is worth when submissions are graded, as a teacher writes it beside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from lab.errors import ScenarioInvalid
from lab.scenario import keywords

Expectation = TypeVar("Expectation", bound=Callable[..., Any])

_ATTRIBUTE = "socketlab_points"


@dataclass(frozen=True, slots=True)
class Points:
    """What one expectation is worth: points, and how it is told to students.

    ``group`` is the heading that it stands under. A ``hidden`` one counts, but no student is told
    of it. ``hint`` is what a student reads where it does not hold.
    """

    value: float = 1
    group: str = ""
    hidden: bool = False
    hint: str = ""


def points(
    value: float = 1, *, group: str = "", hidden: bool = False, hint: str = ""
) -> Callable[[Expectation], Expectation]:
    """Say what an expectation is worth: ``@points(2, hint="Read until the length is there.")``.

    Raises ScenarioInvalid where ``value`` is no number of at least 0.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value < 0:
        raise ScenarioInvalid(
            "reading points", f"points({value!r}) is no number of at least 0", "@points(2)"
        )
    for keyword, text in (("group", group), ("hint", hint)):
        keywords.text("reading points", keyword, text)
    keywords.one_of("reading points", "hidden", hidden, (False, True))

    def mark(expectation: Expectation) -> Expectation:
        setattr(expectation, _ATTRIBUTE, Points(value, group, hidden, hint))
        return expectation

    return mark


def points_of(expectation: object) -> Points:
    """Return what an expectation is worth: one point, where nobody has said more."""
    found = getattr(expectation, _ATTRIBUTE, None)
    return found if isinstance(found, Points) else Points()
