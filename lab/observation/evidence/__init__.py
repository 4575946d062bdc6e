"""Find the packet or the line that makes an expectation fail."""

from lab.observation.evidence.explain import point
from lab.observation.evidence.pointer import Pointer
from lab.observation.evidence.reads import compared, run_again

__all__ = ["Pointer", "compared", "point", "run_again"]
