"""From an expectation that does not hold to the packet or line where the run left its path."""

from lab.observation.evidence.explain import point
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.reads import compared, run_again

__all__ = ["Pointer", "compared", "point", "run_again"]
