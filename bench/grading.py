"""How long `lab grade` takes for a class, as the slope of a curve, and how much memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import bare
from bench.growth import STEEPEST, slope
from bench.row import Goal, Kind, Row, Series
from lab.clone import Clone
from lab.errors import CouldNotJudge

NAME = "tcp_connect"
COPY = "bench_grading"
"""What the scenario is called here: nobody's own grades are replaced."""

SIZES = (30, 100, 300)


@dataclass(frozen=True)
class Graded:
    """What one grading took: seconds, seconds of processors, and the most memory in bytes.

    Programs on hosts run under the engine, so the processors' seconds are without theirs.
    """

    seconds: float
    processors: float
    memory: int


def grading(clone: Clone, largest: int, labs: int) -> Row:
    """Measure `lab grade` for classes of up to ``largest``, each student over both IP versions."""
    sizes = [size for size in SIZES if size <= largest]
    found = {size: grade(clone, size, labs) for size in sizes}
    points = [(size, took.processors) for size, took in found.items()]
    notes = [
        f"{size}: {took.seconds:.0f} s, {took.processors:.0f} s of processors, "
        f"{took.memory >> 20} MB"
        for size, took in found.items()
    ]
    return Row(
        f"grading{labs}",
        f"lab grade {NAME} -j {labs}, processors' seconds",
        Series(f"from {sizes[0]} to {sizes[-1]} submissions", tuple(each for _, each in points)),
        goal=Goal(Kind.SLOPE, STEEPEST, f"a slope of at most {STEEPEST}"),
        slope=slope(points),
        notes=tuple(notes),
    )


def grade(clone: Clone, size: int, labs: int) -> Graded:
    """Grade so many submissions that are all right; raises CouldNotJudge where one is not."""
    with tempfile.TemporaryDirectory(prefix="socketlab-bench-") as folder:
        scenario = Path(folder, COPY)
        shutil.copytree(clone.scenarios / NAME, scenario)
        submissions = [_hand_in(Path(folder, f"student{at:03}"), scenario) for at in range(size)]
        argv = bare.lab("grade", str(scenario), *map(str, submissions), "--again", "-j", str(labs))
        environment = {**os.environ, "SOCKETLAB_ROOT": str(clone.root)}
        with tempfile.TemporaryFile() as said:
            began = time.perf_counter()
            process = subprocess.Popen(argv, env=environment, stdout=said, stderr=said)
            _, status, used = os.wait4(process.pid, 0)
            took = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                last = "\n".join(said.read().decode("utf-8", "replace").splitlines()[-5:])
                seen = f"exit status {process.returncode}\n{last}"
                raise CouldNotJudge(f"grading {size} submissions", seen)
    shutil.rmtree(clone.results("grades", COPY), ignore_errors=True)
    return Graded(took, used.ru_utime + used.ru_stime, used.ru_maxrss << 10)


def _hand_in(folder: Path, scenario: Path) -> Path:
    """Make one student's submission of the scenario's own programs, with her name in each."""
    folder.mkdir()
    for name in ("server.py", "client.py"):
        text = (scenario / name).read_text(encoding="utf-8")
        (folder / name).write_text(f"{text}\n# {folder.name}\n", encoding="utf-8")
    return folder
