"""Mininet and Kathará, where they are installed: the same two programs on their hosts."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.row import Goal, Kind, Row, Series
from bench.running import HEARD, NAME, judged
from lab.clone import Clone
from lab.errors import CouldNotJudge
from lab.runner.session import open_lab
from lab.scenario.catalogue import load
from lab.wire.address import Family

PYTHON = "/usr/bin/python3"
"""The Python that Debian's mininet package is for."""

LISTENS = """
LISTENING = "0A"

def listens(pid, port):
    for table in ("tcp", "tcp6"):
        for line in open(f"/proc/{pid}/net/{table}"):
            words = line.split()
            if words[3] == LISTENING and int(words[1].rpartition(":")[2], 16) == port:
                return True
    return False

"""
"""The part of the scripts for Mininet that tells whether a host listens on a port."""

# Runs there, so it may use nothing of ours: times of the runs, as JSON, and what the client said.
IN_MININET = (
    LISTENS
    + """
import json, subprocess, sys, time
from mininet.net import Mininet

folder, times = sys.argv[1], int(sys.argv[2])
net = Mininet(controller=None, build=False, ipBase="10.203.0.0/24")
server, client = net.addHost("server"), net.addHost("client")
net.addLink(server, client)
net.build()
took, said = [], ""
try:
    for _ in range(times + 1):
        began = time.perf_counter()
        serving = server.popen([sys.executable, "-u", folder + "/server.py", "marble"])
        give_up = began + 10
        while not listens(server.pid, 15000):
            if time.perf_counter() > give_up or serving.poll() is not None:
                sys.exit("the server never listened")
            time.sleep(0.0005)
        asking = client.popen([sys.executable, "-u", folder + "/client.py", server.IP(), "violet"])
        said = asking.communicate(timeout=10)[0].decode()
        serving.communicate(timeout=10)
        took.append(time.perf_counter() - began)
finally:
    net.stop()
print(json.dumps({"took": took[1:], "said": said}))
"""
)


def mininet(clone: Clone, times: int) -> Row:
    """Measure tcp_connect on the lab's hosts and on Mininet's, whose runs nobody taps."""
    title = f"{NAME} against Mininet"
    lacks = mininet_lacks()
    if lacks:
        return Row("mininet", title, problem=lacks)
    folder = clone.scenarios / NAME
    scenario = load(folder)
    ours: list[float] = []
    theirs: list[float] = []
    with open_lab(clone) as network:
        judged(network, scenario, Family.IPV4)
        # Bringing Mininet up takes long, so a turn is some runs of each.
        for _ in range(max(2, times // 4)):
            theirs += _in_mininet(folder, 4)
            ours += [judged(network, scenario, Family.IPV4) for _ in range(4)]
    return Row(
        "mininet",
        title,
        Series("the lab's run, by name, tapped and judged", tuple(ours)),
        Series("Mininet, by address, nothing captured", tuple(theirs)),
    )


KATHARA = "not installed" if shutil.which("kathara") is None else "here, and not driven"


def kathara() -> Row:
    """Measure against Kathará, which Debian does not have."""
    goal = Goal(Kind.RATIO, 0.6, "at most 0.6")
    title = "lab up, against Kathará's lstart"
    if shutil.which("kathara") is None:
        return Row("kathara", title, goal=goal, problem="not installed")
    return Row(
        "kathara", title, goal=goal, problem="it is installed, and the bench cannot drive it"
    )


def mininet_lacks() -> str:
    """Return why Mininet cannot be measured here, empty where it can."""
    if not Path(PYTHON).exists() or shutil.which("mnexec") is None:
        return "not installed (Debian: apt-get install mininet)"
    asked = subprocess.run([PYTHON, "-c", "import mininet.net"], capture_output=True, check=False)
    if asked.returncode:
        return "its Python package is not there"
    entitled = subprocess.run(["mnexec", "-n", "true"], capture_output=True, check=False)
    return "it needs root" if entitled.returncode else ""


def in_mininet(script: str, folder: Path, number: int, *, within: float) -> str:
    """Run a script for Mininet with a folder and a number; return its last line.

    It may take ``within`` seconds. Raises CouldNotJudge where it fails.
    """
    try:
        done = subprocess.run(
            [PYTHON, "-", str(folder), str(number)],
            input=script,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise CouldNotJudge("measuring Mininet", f"it had not ended after {within:g} s") from late
    if done.returncode:
        raise CouldNotJudge("measuring Mininet", done.stderr.strip()[-400:] or "it failed")
    return done.stdout.splitlines()[-1]


def check_heard(said: Sequence[str]) -> None:
    """Raise CouldNotJudge where a client of Mininet's said anything else than it should."""
    if strange := [each for each in said if each != HEARD]:
        raise CouldNotJudge("measuring Mininet", f"a client said {strange[0]!r}")


def _in_mininet(folder: Path, times: int) -> list[float]:
    found = json.loads(in_mininet(IN_MININET, folder, times, within=120))
    check_heard([found["said"]])
    return [float(took) for took in found["took"]]
