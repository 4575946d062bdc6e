"""tools/steps: one after another, some beside, failures handed on, nothing left after Ctrl-C."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STEPS = [sys.executable, str(Path(__file__).parents[2] / "tools" / "steps")]
WAIT_FOR = "until [ -s {0} ]; do sleep 0.01; done"


def start(folder: Path, *steps: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*STEPS, *steps],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(folder: Path, *steps: str) -> tuple[int, str]:
    with start(folder, *steps) as process:
        try:
            stdout, stderr = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            raise
    assert "Traceback" not in stdout + stderr
    return process.returncode, stdout + stderr


def wait_for(*files: Path) -> None:
    give_up = time.monotonic() + 20
    while not all(file.is_file() and file.read_text() for file in files):
        assert time.monotonic() < give_up, files
        time.sleep(0.01)


def times(said: str) -> list[str]:
    return re.findall(r"^  (\w+) +\d+\.\d s", said, re.MULTILINE)


def test_steps_run_one_after_another_and_each_time_is_told(tmp_path: Path) -> None:
    status, said = run(tmp_path, "first: echo 1 >> order", "second: echo 2 >> order")
    assert status == 0
    assert (tmp_path / "order").read_text() == "1\n2\n"
    assert times(said) == ["first", "second", "together"]


def test_a_step_beside_the_others_goes_on_while_they_run(tmp_path: Path) -> None:
    # Each waits for the other: one after the other, neither would end.
    status, said = run(
        tmp_path,
        f"slow &: {WAIT_FOR.format('there')}; echo 1 > here",
        f"quick: echo 1 > there; {WAIT_FOR.format('here')}",
    )
    assert status == 0, said


def test_the_output_of_a_step_beside_is_shown_when_the_others_have_ended(tmp_path: Path) -> None:
    _, said = run(
        tmp_path,
        "slow &: echo from the slow one; echo 1 > here",
        f"quick: {WAIT_FOR.format('here')}; echo from the quick one",
    )
    assert said.index("from the quick one") < said.index("from the slow one")


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="only Linux counts it so")
def test_how_busy_the_machine_was_is_told_of_each_step(tmp_path: Path) -> None:
    _, said = run(tmp_path, "idle: sleep 0.3", "busy &: sleep 0.3")
    told = re.findall(r"^  (\w+) .*, machine (\d+) % busy$", said, re.MULTILINE)
    assert [name for name, _ in told] == ["idle", "busy"]
    assert all(0 <= int(share) <= 100 for _, share in told)


def test_the_time_of_a_step_beside_is_its_own(tmp_path: Path) -> None:
    _, said = run(tmp_path, "slow &: true", "quick: sleep 1.5")
    assert re.search(r"slow +0\.\d s", said), said


def test_what_the_last_step_beside_says_is_waited_for(tmp_path: Path) -> None:
    _, said = run(tmp_path, "slow &: sleep 0.3; echo late", "quick: true")
    assert "late" in said


def test_a_step_that_fails_hides_none_of_those_that_follow(tmp_path: Path) -> None:
    status, said = run(
        tmp_path, "bad: exit 7", "fine: touch fine", "worse: exit 9", "last: touch last"
    )
    assert status == 7
    assert (tmp_path / "fine").exists()
    assert (tmp_path / "last").exists()
    assert re.search(r"bad +\d+\.\d s, ended with status 7", said)
    assert re.search(r"worse +\d+\.\d s, ended with status 9", said)


def test_a_needed_step_that_fails_ends_the_others(tmp_path: Path) -> None:
    # No shell is to be interrupted here: dash forgets a SIGINT that comes while it forks.
    waits = (
        "import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL);"
        " open('slow', 'w', 1).write(f'{os.getpid()}\\n'); signal.sigtimedwait([], 100)"
    )
    status, said = run(
        tmp_path,
        f'slow &: exec {sys.executable} -c "{waits}"',
        f"bad!: {WAIT_FOR.format('slow')}; exit 7",
        "never: touch never",
    )
    assert status == 7
    assert not (tmp_path / "never").exists()
    assert re.search(r"bad +\d+\.\d s, ended with status 7", said)
    assert re.search(r"never +not begun", said)
    assert has_ended(tmp_path / "slow")


def test_a_step_beside_that_fails_fails_the_whole(tmp_path: Path) -> None:
    status, said = run(tmp_path, "slow &: sleep 0.2; echo why; exit 5", "quick: true")
    assert status == 5
    assert "why" in said
    assert re.search(r"slow +\d+\.\d s, beside the others, ended with status 5", said)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_ends_it_ends_every_step_and_what_they_have_started(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    # The child of each shell writes its number: what is started must end, not only who started it.
    child = "sh -c 'echo $$ > {0}; sleep 100' & wait"
    process = start(tmp_path, f"slow &: {child.format('a')}", f"quick: {child.format('b')}")
    wait_for(tmp_path / "a", tmp_path / "b")
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == status
    assert "Traceback" not in stdout + stderr
    assert times(stdout) == ["slow", "quick", "together"]
    for name in ("a", "b"):
        assert has_ended(tmp_path / name)


def test_a_step_that_cleans_up_when_it_is_interrupted_has_the_time_for_it(tmp_path: Path) -> None:
    cleans = "trap 'sleep 0.3; echo clean > clean; exit' INT; echo 1 > begun; sleep 100 & wait"
    process = start(tmp_path, f"slow: {cleans}")
    wait_for(tmp_path / "begun")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert (tmp_path / "clean").read_text() == "clean\n"


def test_who_insists_has_all_of_it_killed(tmp_path: Path) -> None:
    deaf = "trap 'echo 1 > asked' INT TERM; echo $$ > deaf; while true; do sleep 0.05; done"
    process = start(tmp_path, f"slow: {deaf}")
    wait_for(tmp_path / "deaf")
    process.send_signal(signal.SIGINT)
    wait_for(tmp_path / "asked")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert has_ended(tmp_path / "deaf")


@pytest.mark.parametrize("words", [[], ["check"], ["fine: true", "no command:"]])
def test_what_is_no_step_is_told_and_nothing_runs(tmp_path: Path, words: list[str]) -> None:
    status, said = run(tmp_path, *words)
    assert status == 2
    assert "tools/steps 'check!: make check'" in said


def has_ended(file: Path) -> bool:
    """Wait for the end of the process whose number a file holds: a signal takes a moment."""
    stat = Path(f"/proc/{file.read_text().strip()}/stat")
    give_up = time.monotonic() + 5
    while time.monotonic() < give_up:
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False
