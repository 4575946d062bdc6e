"""Tests wait for a condition, with a deadline, and say what they have waited for."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds that anything may take on a machine that does much else."""


def wait_for(what: str, holds: Callable[[], object], within: float = PATIENCE) -> None:
    """Wait until ``holds()`` is true; fail with ``what`` was waited for otherwise.

    It pauses three times as long as a look takes: those who are waited for need the processor.
    """
    give_up = time.monotonic() + within
    began = time.monotonic()
    while not holds():
        now = time.monotonic()
        assert now < give_up, f"waited {within:g} s in vain for {what}"
        time.sleep(min(max(0.01, 3 * (now - began)), 0.5))
        began = time.monotonic()
