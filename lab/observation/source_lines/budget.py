"""How many steps of work may be spent on a program, so that a large one costs no run its time."""

from __future__ import annotations

MOST_STEPS = 5_000_000
"""Steps of work, at most, that a program is traced with: about a second. Where they do not suffice,
no line is traced."""


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
