"""What is left of a clone that was removed is named by the doctor, and goes with one command."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_clone import ROOT, Clone
from private_engine import PrivateEngine
from waiting import PATIENCE

from lab.hosts.docker import labels

IMAGE = "socketlab-test/empty"


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    """Give this clone, on an engine of its own: other tests remove their clones meanwhile."""
    if why := PrivateEngine.why_not():
        pytest.skip(why)
    engine = PrivateEngine(tmp_path)
    try:
        yield Clone(ROOT, {"DOCKER_HOST": engine.url})
    finally:
        engine.kill()


def test_the_lab_of_a_removed_clone_is_named_and_taken_down_and_no_other(
    clone: Clone, tmp_path: Path
) -> None:
    gone, kept = tmp_path / "gone", tmp_path / "kept"
    kept.mkdir()
    (kept / "compose.yaml").touch()
    with tarfile.open(tmp_path / "empty.tar", "w") as archive:
        archive.add(kept, "kept")
    docker(clone, "import", str(tmp_path / "empty.tar"), IMAGE)
    for folder in (gone, kept):
        make_lab(clone, folder)
    said = clone.lab("doctor")
    assert f"! other labs: lab-gone (1 host), whose folder {gone} is gone" in said.stdout
    assert "lab down --gone" in said.stdout
    said = clone.lab("down", "--gone")
    assert said.status == 0, said.text
    assert f"taking down lab-gone (1 host), whose folder {gone} is gone" in said.stderr
    assert "lab-gone" not in there(clone)
    assert {"lab-kept", "lab-kept_lan"} <= there(clone)
    assert "none is left of a clone" in clone.lab("doctor").stdout
    assert "no lab is left" in clone.lab("down", "--gone").stderr


def make_lab(clone: Clone, folder: Path) -> None:
    """Make a host and a network as compose does for the lab of the clone in this folder."""
    project = f"lab-{folder.name}"
    of_lab = ["--label", f"{labels.PROJECT}={project}"]
    network = [*of_lab, "--label", f"{labels.NETWORK}=lan", f"{project}_lan"]
    docker(clone, "network", "create", *network)
    host = [*of_lab, "--label", f"{labels.HOST}=client", "--label", f"{labels.FOLDER}={folder}"]
    docker(clone, "create", "--name", project, "--network", f"{project}_lan", *host, IMAGE, "none")


def there(clone: Clone) -> set[str]:
    """Return the names of all hosts and networks on the engine."""
    hosts = docker(clone, "ps", "-a", "--format", "{{.Names}}")
    return {*hosts, *docker(clone, "network", "ls", "--format", "{{.Name}}")}


def docker(clone: Clone, *words: str) -> list[str]:
    command = ["docker", *words]
    done = subprocess.run(
        command,
        env=clone.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
