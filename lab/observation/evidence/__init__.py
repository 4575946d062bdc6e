"""From an expectation that does not hold to the packet or line where the run left its path."""

from lab.observation.evidence.failure import Failed, frames, point
from lab.observation.evidence.pointer import Pointer

__all__ = ["Failed", "Pointer", "frames", "point"]
