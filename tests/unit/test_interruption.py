"""Ctrl-C ends a process within two seconds, with one line and 130, wherever its main thread is."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest
from places import ROOT

LINE = "lab: interrupted; what the lab had started has been ended\n"
DEADLINE = 20.0


def interrupted(
    script: str, folder: Path, times: int = 1, handler: signal.Handlers = signal.SIG_DFL
) -> tuple[int, str, str]:
    """Start a script, press Ctrl-C when it prints "now", and return how it ended.

    ``handler`` is what its shell has set for SIGINT. Returns the status, the standard output behind
    "now", and the standard error. How fast it is, tests/attack measures.
    """
    head = "from lab import interruption\ninterruption.heed()\n"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", head + dedent(script)],
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT}:{folder}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, handler),  # noqa: PLW1509 - takes no lock
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.03)  # as fast as somebody presses it again
    out, err = process.communicate(timeout=DEADLINE)
    return process.returncode, out, err


def test_an_interrupt_that_is_swallowed_ends_the_process_all_the_same(tmp_path: Path) -> None:
    script = """
        import time
        while True:
            try:
                print("now")
                time.sleep(60)
            except BaseException:
                pass
    """
    status, _, err = interrupted(script, tmp_path)
    assert (status, err) == (130, LINE)


def test_a_main_thread_that_waits_for_ever_is_not_waited_for(tmp_path: Path) -> None:
    script = """
        import threading
        lock = threading.Lock()
        lock.acquire()
        def wait():
            try:
                print("now")
                lock.acquire()
            finally:
                lock.acquire()
        wait()
    """
    status, _, err = interrupted(script, tmp_path)
    assert (status, err) == (130, LINE)


def test_an_import_is_not_broken_off(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\nprint('now')\ntime.sleep(0.3)\nwhole = True\n")
    script = """
        try:
            import slow
            while True:
                pass
        except KeyboardInterrupt:
            import slow
            print("whole:", slow.whole)
            interruption.leave()
    """
    status, out, err = interrupted(script, tmp_path)
    assert (status, out, err) == (130, "whole: True\n", LINE)


@pytest.mark.parametrize("times", [1, 2, 5])
def test_what_is_cleaned_up_is_not_interrupted_again(tmp_path: Path, times: int) -> None:
    script = """
        import time
        try:
            print("now")
            time.sleep(60)
        finally:
            time.sleep(0.2)
            print("cleaned")
            interruption.leave(0)
    """
    status, out, err = interrupted(script, tmp_path, times)
    assert (status, out, err) == (130, "cleaned\n", LINE)


def test_a_command_that_waits_for_ctrl_c_has_time_to_finish(tmp_path: Path) -> None:
    script = """
        import time
        try:
            with interruption.awaited():
                print("now")
                time.sleep(60)
        except KeyboardInterrupt:
            time.sleep(interruption.PATIENCE + 0.3)
            print("kept")
            interruption.leave(0)
    """
    assert interrupted(script, tmp_path)[:3] == (0, "kept\n", "")


def test_a_thread_that_breaks_off_says_nothing(tmp_path: Path) -> None:
    script = """
        import threading, time
        gone = threading.Event()
        def work():
            gone.wait()
            raise ConnectionResetError("the channel is closed")
        threading.Thread(target=work).start()
        try:
            print("now")
            time.sleep(60)
        finally:
            gone.set()
            time.sleep(0.1)
            interruption.leave()
    """
    assert interrupted(script, tmp_path)[:3] == (130, "", LINE)


def test_who_says_so_is_not_cut_short_by_who_ends_the_process(tmp_path: Path) -> None:
    script = """
        import os, time
        write = os.write
        def slow(*words):
            time.sleep(interruption.PATIENCE + 0.2)
            return write(*words)
        os.write = slow
        try:
            print("now")
            time.sleep(60)
        except KeyboardInterrupt:
            interruption.tell()
            interruption.leave()
    """
    assert interrupted(script, tmp_path)[:3] == (130, "", LINE)


def test_where_ctrl_c_is_ignored_it_stays_so(tmp_path: Path) -> None:
    script = """
        import time
        print("now")
        time.sleep(0.3)
        print("whole")
        interruption.leave(0)
    """
    assert interrupted(script, tmp_path, handler=signal.SIG_IGN)[:3] == (0, "whole\n", "")


def test_what_comes_before_the_first_line_is_told_as_well() -> None:
    held = f"kill -INT $$; exec {sys.executable} -P -m lab list"
    done = subprocess.run(
        ["env", "--default-signal=INT", "--block-signal=INT", "sh", "-c", held],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", LINE.encode())
