"""How many steps of work may be spent on a program, so that a large one costs no run its time."""

from __future__ import annotations


class OverBudget(Exception):
    """More steps were needed than there are."""


class Budget:
    """Steps that are left; each takes half a microsecond or less."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int) -> None:
        """Spend steps before they are taken; raises OverBudget where too few are left."""
        self.left -= steps
        if self.left < 0:
            raise OverBudget
