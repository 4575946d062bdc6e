"""The lab's errors: each says what was attempted, what was seen, and what to try.

::

    LabError
    ├── PlayEnded                  no fault: what is left of a scenario's steps is not played
    ├── UsageError                 exit status 2: what was asked for does not exist
    │   ├── UnknownName            a scenario, host or option that there is not
    │   ├── ScenarioInvalid        a scenario.py that cannot be used
    │   └── CaptureUnreadable      a capture file that is empty, cut off or of another format
    └── CouldNotJudge              exit status 3: nothing can be said about the programs
        ├── EngineUnavailable      no engine, no permission, too old, or it stopped
        │   └── EngineLeft             one of several went away, and its work is done elsewhere
        ├── ImageUnavailable       an image can neither be pulled nor made
        ├── ComposeFailed          compose refused, or failed
        ├── PrefixTaken            the lab's addresses belong to somebody else
        ├── NoSpace                the disk is full
        ├── HostUnavailable        a host is not up, or died under a command
        ├── RequestFailed          a host could not do what the lab asked of it (lab.channel)
        ├── Inconclusive               a run was made, and is no evidence (lab.suite.plugin)
        ├── FaultUnavailable       a fault that cannot happen on this kernel, or did not when tried
        └── DeadlinePassed         the lab waited for something of its own in vain
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class LabError(Exception):
    """Anything that the lab itself reports to its user, on one screen, without a traceback.

    ``attempted`` is what the lab was doing, ``seen`` what happened instead, ``advice`` what the
    user can try next (may be empty where there is nothing to try).
    """

    exit_status: ClassVar[int] = 3

    def __init__(self, attempted: str, seen: str, advice: str = "") -> None:
        super().__init__(attempted, seen, advice)
        self.attempted = attempted
        self.seen = seen
        self.advice = advice

    @property
    def sentence(self) -> str:
        """What was attempted and seen, in one line, for where advice is not asked for."""
        return " ".join(f"{self.attempted}: {self.seen}".split())

    def __str__(self) -> str:
        lines = [f"{self.attempted}: {self.seen}"]
        if self.advice:
            lines.append(f"Try: {self.advice}")
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows (IPython asks for this): the error without a traceback."""
        return f"lab: {self}".splitlines()


class NotObserved(AssertionError):
    """An expectation asked for something that the run did not show: the expectation fails."""


class WaitedInVain(AssertionError):
    """A step of a scenario waited for what did not come: the run's own expectation fails."""


class UsageError(LabError):
    """What the user asked for cannot be done as asked."""

    exit_status = 2


class UnknownName(UsageError):
    """A scenario, host or option of that name does not exist."""


class ScenarioInvalid(UsageError):
    """A ``scenario.py`` cannot be imported or does not describe a scenario."""


class CaptureUnreadable(UsageError):
    """A capture file is empty, cut off before its first packet, or of another format."""


class CouldNotJudge(LabError):
    """Nothing can be said about the programs: the lab, not they, is at fault."""


class EngineUnavailable(CouldNotJudge):
    """No engine answers, or not to this user, or it is too old, or it stopped meanwhile."""


class ImageUnavailable(CouldNotJudge):
    """An image can neither be pulled nor made here."""


class ComposeFailed(CouldNotJudge):
    """Compose is missing, refused ``compose.yaml``, or failed to bring the hosts up or down."""


class PrefixTaken(CouldNotJudge):
    """The addresses that the lab wants are in use by another network."""


class NoSpace(CouldNotJudge):
    """The disk that holds images or results is full."""


class HostUnavailable(CouldNotJudge):
    """A host is not up, or died while the lab was talking to it."""


class DeadlinePassed(CouldNotJudge):
    """The lab waited for one of its own parts, and that part never answered."""


class FaultUnavailable(CouldNotJudge):
    """A fault cannot happen here: the kernel has no means, or what was measured was not it."""


def refuse_link(path: Path) -> None:
    """Raise UsageError where a path that the lab is to use is a link: it may lead anywhere."""
    if path.is_symlink():
        raise UsageError(
            f"using {path}", "it is a link, and the lab follows none there", f"rm {path}"
        )
