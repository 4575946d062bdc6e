"""A course in CI: every command of the action and of GitLab's template runs as a runner runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from lab_clone import OURS, ROOT, Clone

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
FILES = ("GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
"""What a runner gives each step to write to; here all steps share them."""

TEMPORARY = tempfile.TemporaryDirectory()
"""RUNNER_TEMP of all jobs: the first installs the lab and keeps images, the others find them."""

LAST_LINE = 'print("the client is done")'


@dataclass
class Runner:
    """A runner of GitHub, as far as the action's steps see it; results of caches are not kept."""

    place: Path
    course: Path
    inputs: Mapping[str, str]
    did: list[str] = field(default_factory=list)
    printed: str = ""

    def __post_init__(self) -> None:
        self.place.mkdir()
        for name in FILES:
            (self.place / name).touch()

    @property
    def summary(self) -> str:
        """What stands on the job's page."""
        return (self.place / "GITHUB_STEP_SUMMARY").read_text()

    def play(self) -> bool:
        """Run the steps as GitHub does, and return whether the job is green."""
        is_green = True
        for step in ACTION["runs"]["steps"]:
            if not self._is_wanted(step.get("if", "success()"), is_green):
                continue
            self.did.append(step["name"])
            if "run" in step and not self._run(step):
                is_green = False
            if "upload-artifact" in step.get("uses", ""):
                assert (self.course / step["with"]["path"].rpartition("}}")[2][1:]).is_dir()
        return is_green

    def _is_wanted(self, condition: str, is_green: bool) -> bool:
        """Return what a step's condition comes to; success() is part of one without a status."""
        if "always()" not in condition:
            condition = f"success() && ({condition})"
        return self._filled("".join(("${{ ", condition, " }}")), is_green) == "True"

    def _run(self, step: Mapping[str, Any]) -> bool:
        added = (self.place / "GITHUB_PATH").read_text().split()
        assert step["shell"] == "bash"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=Path(self.course, self._filled(step.get("working-directory", "."))),
            env={
                **bare(added),
                **{name: self._filled(value) for name, value in step.get("env", {}).items()},
                **{name: str(self.place / name) for name in FILES},
                "GITHUB_WORKSPACE": str(self.course),
                "RUNNER_TEMP": TEMPORARY.name,
            },
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        self.printed += done.stdout + done.stderr
        return done.returncode == 0

    def _filled(self, text: str, is_green: bool = True) -> str:
        """Replace the expressions of a text by what they come to."""
        known = {name: about["default"] for name, about in ACTION["inputs"].items()}
        known.update(self.inputs)
        known["action_path"] = str(self.place)

        def value(found: re.Match[str]) -> str:
            words = re.sub(r"(inputs|github)\.(\w+)", lambda one: repr(known[one[2]]), found[1])
            words = words.replace("steps.cache.outputs.cache-hit", "''").replace("&&", "and")
            functions = {"always": lambda: True, "success": lambda: is_green}
            return str(eval(words, functions))

        return re.sub(r"\$\{\{ (.*?) \}\}", value, text)


def bare(path: list[str]) -> dict[str, str]:
    """Return the environment of a runner: none of this clone's Python is in it."""
    kept = ("HOME", "DOCKER_HOST", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL")
    own = str(Path(sys.base_prefix) / "bin")
    shell = {name: os.environ[name] for name in kept if name in os.environ and name not in OURS}
    return {**shell, "PATH": ":".join([*path, own, PATH])}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the lab's wheel."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("made")
    for name in subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines():
        if (ROOT / name).is_file() and not name.startswith(("tests/", "scenarios/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "wheel", "--no-deps"]
    subprocess.run([*pip, "-w", str(made), str(source)], check=True)
    (found,) = made.glob("socketlab-*.whl")
    return found


@pytest.fixture
def course(wheel: Path, tmp_path: Path) -> Iterator[Clone]:
    """Give a course that lab init has made, with the lab's wheel in it."""
    said = Clone(tmp_path, {"PYTHONPATH": str(ROOT)}).lab("init", "my-course")
    assert said.status == 0, said.text
    made = Clone(tmp_path / "my-course", {"PYTHONPATH": str(ROOT)})
    shutil.copy(wheel, made.root)
    yield made
    made.take_down()


def break_server(course: Clone) -> None:
    """Have the server of the example say nothing at its end."""
    course.edit("scenarios/echo/server.py", LAST_LINE, "pass")


def test_the_workflow_of_a_new_course_uses_the_action_that_lies_beside_it(course: Clone) -> None:
    workflow = yaml.safe_load((course.root / ".github/workflows/lab.yml").read_text())
    *_, step = workflow["jobs"]["lab"]["steps"]
    action = course.root / step["uses"] / "action.yml"
    assert action.read_text() == (ROOT / "action.yml").read_text()
    assert set(step["with"]) <= set(ACTION["inputs"])


def test_the_action_is_green_and_then_red(course: Clone, tmp_path: Path) -> None:
    green = Runner(tmp_path / "green", course.root, {"prove": "true", "options": "--ipv4"})
    assert green.play(), green.printed
    assert "Break the scenarios on purpose" in green.did
    assert green.summary.startswith("## ✔ 1 of 1 run holds")
    assert "::error" not in green.printed
    assert Path(TEMPORARY.name, "socketlab-images.tar").stat().st_size > 1 << 20
    assert re.fullmatch(
        r"key=socketlab-\w+-[0-9a-f]{16}\n", (tmp_path / "green" / "GITHUB_OUTPUT").read_text()
    )

    break_server(course)
    red = Runner(tmp_path / "red", course.root, {"prove": "true", "scenarios": "echo"})
    assert not red.play()
    assert "Break the scenarios on purpose" not in red.did
    assert "Keep the pages" in red.did
    assert "### echo over IPv4" in red.summary
    assert "FIN" in red.summary
    assert "::error file=scenarios/echo/scenario.py,line=" in red.printed
    assert "<failure" in (course.root / "out" / "junit.xml").read_text()


def test_the_action_grades(course: Clone, tmp_path: Path) -> None:
    theirs = course.root / "submission"
    shutil.copytree(course.root / "scenarios" / "echo", theirs)
    break_server(course)
    inputs = {"grade": "echo", "submissions": "submission", "options": "--ipv4"}
    runner = Runner(tmp_path / "runner", course.root, inputs)
    assert runner.play(), runner.printed
    assert "| submission | " in runner.summary
    (theirs / "server.py").write_text("")
    again = Runner(tmp_path / "again", course.root, inputs)
    assert not again.play()


def script(course: Clone, parts: list[str], **told: str) -> subprocess.CompletedProcess[str]:
    """Run parts of GitLab's job as its runner does: one script for those that share a shell."""
    environment = {**bare([]), **GITLAB[".socketlab"]["variables"], **told}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", "\n".join(parts)],
        cwd=course.root,
        env={**environment, "CI_PROJECT_DIR": str(course.root)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def test_the_template_of_gitlab_is_green_and_then_red(course: Clone) -> None:
    job = GITLAB[".socketlab"]
    for is_red in (False, True):
        if is_red:
            break_server(course)
        done = script(course, [*job["before_script"], *job["script"]], OPTIONS="--ipv4")
        assert done.returncode == int(is_red), done.stdout + done.stderr
        after = script(course, job["after_script"])
        assert after.returncode == 0, after.stdout + after.stderr
        assert ("<failure" in (course.root / "out" / "junit.xml").read_text()) is is_red
        assert not course.ids()
        assert (course.root / ".socketlab-images.tar").stat().st_size > 1 << 20


def test_the_template_of_gitlab_grades_and_proves_where_it_is_told_to(
    course: Clone, tmp_path: Path
) -> None:
    stub = tmp_path / "lab"
    stub.write_text('#!/bin/sh\necho "lab $*"\n')
    stub.chmod(0o755)
    parts = [f"PATH={tmp_path}:$PATH", *GITLAB[".socketlab"]["script"]]
    proved = script(course, parts, PROVE="true", SCENARIOS="echo part:B").stdout.splitlines()
    assert proved[1:] == ["lab prove --kept echo part:B"]
    graded = script(course, parts, GRADE="echo", SUBMISSIONS="a b", OPTIONS="--ipv4")
    assert graded.stdout.endswith("out/junit.xml --ipv4 echo a b\n")


def test_the_job_with_docker_in_docker_differs_in_what_it_installs_only() -> None:
    dind = GITLAB[".socketlab-dind"]
    assert dind["extends"] == ".socketlab"
    *installing, shared = dind["before_script"]
    assert shared == GITLAB[".socketlab"]["before_script"]
    assert {line.split()[0] for line in installing} == {"apt-get"}
    assert "script" not in dind
