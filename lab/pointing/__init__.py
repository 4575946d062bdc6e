"""From an expectation that does not hold to the packet or line where the run left its path."""

from lab.pointing.failure import Failed, frames, point
from lab.pointing.pointer import Pointer

__all__ = ["Failed", "Pointer", "frames", "point"]
