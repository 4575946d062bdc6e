"""Why a run failed, as far as what was observed shows it: the deepest causes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lab.observation.causes.calls import calls
from lab.observation.causes.cause import Cause
from lab.observation.causes.listening import listening
from lab.observation.causes.lookups import lookups
from lab.observation.causes.own_host import own_host
from lab.observation.causes.scene import Scene
from lab.observation.causes.silence import silence
from lab.observation.causes.tracebacks import tracebacks
from lab.observation.run import Run
from lab.observation.verdict import Outcome

__all__ = ["Cause", "causes"]

MOST = 3

RULES: tuple[Callable[[Scene], Iterator[Cause]], ...] = (
    listening,
    tracebacks,
    lookups,
    own_host,
    calls,
)
"""What went wrong, the deepest first: without a socket no call, without a name none either."""


def causes(run: Run) -> tuple[Cause, ...]:
    """Return at most three causes of a run that failed; none of any other run.

    A run without expectations failed where a program did what it should not have done.
    """
    observation = run.observation
    if observation is None or observation.inconclusive:
        return ()
    if run.outcome is not Outcome.FAILS and (run.verdicts or not observation.failures):
        return ()
    scene, found = Scene(observation), dict[str, Cause]()
    for rule in RULES:
        for cause in rule(scene):
            found.setdefault(cause.sentence, cause)
    # Whatever did not happen follows from what went wrong before.
    return tuple(found.values() or silence(scene))[:MOST]
