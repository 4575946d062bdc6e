"""A program that is no Python: a script for an interpreter, or a binary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lab.scenario.program import Program
from lab.wire.address import Family

RUN = 'cp "$0" ~/.program && chmod +x ~/.program && exec ~/.program "$@"'
"""Runs a binary: the folder of a run has no right to execute files, the home has."""


class Executable(Program):
    """A file that ``interpreter`` runs (words); without one it is a binary that runs by itself."""

    interpreter: str

    def __init__(
        self,
        file: str,
        *arguments: str | int,
        interpreter: str = "",
        **keywords: Any,
    ) -> None:
        super().__init__(file, *arguments, **keywords)
        vars(self).update(interpreter=interpreter)

    def argv(self, values: Mapping[str, str], family: Family) -> list[str]:
        """Return the words to execute."""
        words = super().argv(values, family)[2:]  # without python3 -u
        by: Iterable[str] = self.interpreter.split() or ["sh", "-c", RUN]
        return [*by, *words]
