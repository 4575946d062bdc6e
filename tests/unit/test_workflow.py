"""The workflow of CI: each of its commands runs, and all that it does by itself is `make test`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

CLONE = Path(__file__).parents[2]
WORKFLOWS = sorted((CLONE / ".github" / "workflows").glob("*.yml"))

STUBS = {
    "make": '#!/bin/sh\necho "make $*" >> "$ASKED"\n',
    "sudo": '#!/bin/sh\nexec "$@"\n',
    "apt-get": '#!/bin/sh\necho "apt-get $*" >> "$ASKED"\n',
}
"""Stand-ins: the tests run inside `make test`, and install nothing."""


def steps() -> list[dict[str, Any]]:
    """Return the steps of all jobs of all workflows."""
    jobs = [job for file in WORKFLOWS for job in yaml.safe_load(file.read_text())["jobs"].values()]
    return [step for job in jobs for step in job["steps"]]


COMMANDS = [step["run"] for step in steps() if "run" in step]


def run(command: str, folder: Path) -> list[str]:
    """Run a command as a runner of GitHub does, with stand-ins; return what these were asked."""
    asked = folder / "asked"
    asked.touch()
    for name, text in STUBS.items():
        stub = folder / name
        stub.write_text(text)
        stub.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command],
        cwd=CLONE,
        env={**os.environ, "PATH": path, "ASKED": str(asked)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return asked.read_text().splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_workflow_runs(command: str, tmp_path: Path) -> None:
    assert all(word.startswith(("make test", "apt-get ")) for word in run(command, tmp_path))


def test_the_last_command_runs_all_tests_and_nothing_else(tmp_path: Path) -> None:
    assert COMMANDS[-1] == ".ci/run"
    assert run(COMMANDS[-1], tmp_path) == ["make test"]


def test_the_results_and_the_book_are_kept_also_where_a_test_fails() -> None:
    kept = [step for step in steps() if "upload-artifact" in step.get("uses", "")]
    assert [(step["if"], step["with"]["path"]) for step in kept] == [
        ("always()", "out/"),
        ("always()", "out/book/"),
    ]
