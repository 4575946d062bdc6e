"""Boot a stock Debian kernel, which has netem, under emulation; run the tests of netem in it.

    python tests/netem/boot.py [--or-skip] [-k WORD]

Exits with 0 where all of them passed, 1 where one failed, 2 where it could not be judged. With
--or-skip, what this machine lacks for it is told, and the exit status is 0.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import archive
import kernel

ROOT = Path(__file__).parents[2]
EMULATOR = "qemu-system-x86_64"
PACKAGES = ("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments", "execnet")
"""What the tests need of Python besides its standard library: none of it is compiled code."""

PASSED, FAILED = 0, 1
"""Exit statuses of pytest after which each test has an outcome."""

DEADLINE = 1200.0
"""Seconds from the start of the emulator to the last line of the tests."""

SILENCE = 240.0
"""Seconds within which something must be printed: a test that takes longer is stuck."""


def main(words: list[str]) -> int:
    """Make what is missing, boot, and return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--or-skip", action="store_true")
    parser.add_argument("-k", metavar="WORD", dest="only", default="")
    asked = parser.parse_args(words)
    try:
        parts = _parts()
    except kernel.Unavailable as missing:
        _say(f"{'SKIPPED' if asked.or_skip else 'could not judge'}: {missing}")
        return 0 if asked.or_skip else 2
    try:
        with tempfile.TemporaryDirectory() as name:
            files = _files(parts, Path(name))
            return _boot(parts, files, asked.only)
    except kernel.Unavailable as missing:
        _say(f"could not judge: {missing}")
        return 2


def _parts() -> kernel.Parts:
    """Return what there is to boot, made where it is not there yet."""
    _need_emulator()
    parts = kernel.Parts(ROOT / ".cache")
    if not parts.are_there:
        _say("fetching a kernel and a small file system (kept in .cache for the next time)")
        began = time.monotonic()
        parts.make()
        _say(f"made in {time.monotonic() - began:.0f} s")
    return parts


def _need_emulator() -> None:
    if platform.machine() not in ("x86_64", "AMD64"):
        raise kernel.Unavailable(
            "this makes and boots amd64 only, and the machine is of another kind"
        )
    if not shutil.which(EMULATOR):
        raise kernel.Unavailable(
            f"there is no {EMULATOR} here: tools/test-needs brings it, where it may"
        )


def _files(parts: kernel.Parts, folder: Path) -> Path:
    """Return the whole file system: the kept part, and behind it the code under test."""
    top = folder / "top"
    skipped = shutil.ignore_patterns("__pycache__", "page", "assets", "*.pcap")
    shutil.copytree(ROOT / "lab", top / "work/lab", ignore=skipped)
    shutil.copytree(Path(__file__).parent, top / "work/tests/netem", ignore=skipped)
    (top / "packages").mkdir()
    for name in PACKAGES:
        found = find_spec(name)
        if found is None or found.origin is None:
            raise kernel.Unavailable(f"{sys.executable} has no {name}: make setup brings it")
        origin = Path(found.origin)
        packages = origin.parents[origin.name == "__init__.py"]
        for told in packages.glob(f"{name}-*.dist-info"):
            shutil.copytree(told, top / "packages" / told.name)
        if origin.name == "__init__.py":
            shutil.copytree(origin.parent, top / "packages" / name, ignore=skipped)
        else:
            shutil.copy(origin, top / "packages")
    parts.compile(top)
    shutil.copy(Path(__file__).parent / "init", top / "init")
    target = folder / "files.cpio"
    archive.write(top, target)
    code = target.read_bytes()
    shutil.copy(parts.files, target)
    with target.open("ab") as file:
        file.write(code)
    return target


def _boot(parts: kernel.Parts, files: Path, word: str) -> int:
    """Run the tests in the kernel, and say what they print; return the exit status."""
    only = f" socketlab.tests={word}" if word else ""
    # One processor: in the queues of two, packets of one sender overtake each other.
    command = [EMULATOR, "-accel", "tcg", "-m", "1024", "-smp", "1", "-nic", "none"]
    command += ["-display", "none", "-serial", "stdio", "-monitor", "none", "-no-reboot"]
    command += ["-kernel", str(parts.kernel), "-initrd", str(files)]
    command += ["-append", f"console=ttyS0 quiet panic=-1 rdinit=/init{only}"]
    began = time.monotonic()
    said = b""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as emulator:
        assert emulator.stdout is not None
        try:
            while piece := _next(emulator.stdout.fileno(), began):
                sys.stdout.write(piece.decode(errors="replace").replace("\r", ""))
                sys.stdout.flush()
                said += piece
        finally:
            emulator.kill()
    _say(f"{time.monotonic() - began:.0f} s from the start of the emulator")
    if not re.search(rb"socketlab: kernel \S+ is up", said):
        raise kernel.Unavailable("the kernel did not boot")
    outcome = re.search(rb"socketlab: outcome (\d+)", said)
    if outcome is None or int(outcome[1]) not in (PASSED, FAILED):
        raise kernel.Unavailable("the tests did not come to their end")
    return int(outcome[1])


def _next(output: int, began: float) -> bytes:
    """Return what the machine says next; empty when it has been switched off."""
    left = began + DEADLINE - time.monotonic()
    if not select.select([output], [], [], max(0.0, min(left, SILENCE)))[0]:
        raise kernel.Unavailable(f"nothing was heard of the machine for {min(left, SILENCE):.0f} s")
    return os.read(output, 1 << 16)


def _say(text: str) -> None:
    sys.stdout.write(f"netem: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
