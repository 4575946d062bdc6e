"""One attack as data, how it is carried out within its deadline, and what became of it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import FrameType
from typing import Generic, TypeVar

Target = TypeVar("Target")


class Broke(Exception):
    """The lab did not hold; the message says what was seen instead."""


class NotTried(Exception):
    """This machine does not allow the attack; the message says why."""


class DeadlineReached(BaseException):
    """The time of an attack is over. It is no Exception: nothing on the way may swallow it."""


class Outcome(Enum):
    """What became of an attack."""

    HELD = "held"
    BROKE = "broke"
    NOT_TRIED = "not tried"  # this machine does not allow it
    FAILED = "failed"  # a fault of the attack's own code, or no time was left


@dataclass(frozen=True)
class Attack(Generic[Target]):
    """Something hostile that is done to a target.

    ``carry`` does it, and returns its figures; it raises Broke where the lab did not hold.
    ``held`` says what counts as held. ``deadline`` is in seconds: an attack that has not ended by
    then broke the lab. The quick half is made of those that are ``quick``.
    """

    name: str
    kind: str
    held: str
    carry: Callable[[Target], str]
    deadline: float = 240
    quick: bool = False


@dataclass(frozen=True)
class Result:
    """What became of an attack, its figures or what was seen, and how many seconds it took."""

    name: str
    kind: str
    outcome: Outcome
    figures: str
    seconds: float = 0.0


def carry_out(attack: Attack[Target], target: Target) -> Result:
    """Carry out an attack within its deadline. Only in the main thread: it takes SIGALRM."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise DeadlineReached

    before = signal.signal(signal.SIGALRM, ring)
    began = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, attack.deadline)
    try:
        outcome, figures = Outcome.HELD, attack.carry(target)
    except Broke as error:
        outcome, figures = Outcome.BROKE, str(error)
    except DeadlineReached:
        outcome, figures = Outcome.BROKE, f"no end after {attack.deadline:g} s"
    except NotTried as error:
        outcome, figures = Outcome.NOT_TRIED, str(error)
    except Exception as error:  # Whatever it is, the other attacks go on.
        outcome, figures = Outcome.FAILED, f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return Result(attack.name, attack.kind, outcome, figures, time.monotonic() - began)


def left_out(attack: Attack[Target], why: str) -> Result:
    """Return the result of an attack for which there was no time."""
    return Result(attack.name, attack.kind, Outcome.FAILED, why)
