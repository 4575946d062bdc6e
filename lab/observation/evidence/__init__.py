"""Find the packet or the line that makes an expectation fail."""

from lab.observation.evidence.explain import Comparison, point
from lab.observation.evidence.pointer import Pointer

__all__ = ["Comparison", "Pointer", "point"]
