"""The dev container sets itself up, engine included, and plays all scenarios: `make lab`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from dev_container import SETTINGS, DevContainer
from private_engine import PrivateEngine


@pytest.fixture
def container() -> Iterator[DevContainer]:
    """Give the dev container, just made, in which nothing has been run."""
    if why := PrivateEngine.why_not(("unshare", "docker")):
        pytest.skip(why)
    folder = Path(tempfile.mkdtemp(prefix="dev-container-"))
    try:
        made = DevContainer(folder)
        try:
            yield made
        finally:
            made.close()
    finally:
        shutil.rmtree(folder)


def test_every_scenario_holds_in_the_dev_container(container: DevContainer) -> None:
    status, said = container.run(SETTINGS["postCreateCommand"], within=600)
    assert status == 0, said[-2000:]
    status, said = container.run("make lab", within=3600)
    assert status == 0, said[-4000:]
    status, said = container.run("lab doctor")
    assert status == 0, said[-4000:]
