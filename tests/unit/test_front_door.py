"""``from lab import …`` has what a scenario needs, and loads no more than it must."""

from __future__ import annotations

import subprocess
import sys

import pytest

import lab


@pytest.mark.parametrize("name", lab.__all__)
def test_what_is_exported_is_there(name: str) -> None:
    assert getattr(lab, name) is getattr(lab, name)


def test_what_is_not_exported_is_an_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="module 'lab' has no attribute 'nothing'"):
        lab.nothing  # noqa: B018 - asking is what raises


def test_what_few_scenarios_need_is_loaded_when_it_is_asked_for() -> None:
    late = ("h11", "email", "lab.observation", "lab.wire.tls", "lab.wire.mail", "lab.wire.packet")
    script = f"import lab, sys; print([name for name in {late} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
