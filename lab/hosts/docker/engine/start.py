"""Start the Docker engine as this machine does it, and wait until it answers."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import time
from pathlib import Path

from lab.errors import EngineUnavailable
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.ping import ANSWER_DEADLINE, Answer, ping

DEADLINE = 60.0
"""Seconds that an engine may take from its start to its first answer."""

ATTEMPTS = 3
"""How often dockerd is started where it ends: a killed dockerd may leave helpers that end a moment
later, and a new dockerd that met them ends with them."""

LOG = Path("/var/log/docker.log")
PID_FILE = Path("/var/run/docker.pid")
# Keep the process: Python would warn of one that is running when its object goes.
_started: list[subprocess.Popen[bytes]] = []
ADVICE = f"dockerd, by hand; its log: {LOG}, or journalctl -u docker"


def dockerd() -> str | None:
    """Return where the engine's program is: an ordinary user's PATH has no /usr/sbin."""
    path = os.pathsep.join([*os.get_exec_path(), "/usr/sbin", "/sbin"])
    return shutil.which("dockerd", path=path)


def start(url: str, say: Say) -> None:
    """Start the engine and wait until it answers at ``url``; raises EngineUnavailable.

    Use systemd where that runs; else the init script, if the limit on open files lets it; else
    start dockerd in a session of its own.
    """
    begun = time.monotonic()
    if Path("/run/systemd/system").is_dir():
        say("the Docker engine is not running: starting it with systemctl")
        if not _run("systemctl", "start", "docker"):
            raise EngineUnavailable(
                "starting the Docker engine with systemctl", "that failed", ADVICE
            )
    elif (
        Path("/etc/init.d/docker").exists()
        and _file_limit() >= 1_048_576
        and _run("service", "docker", "start")
    ):
        say("the Docker engine is not running: started it with service")
    else:
        for attempt in range(ATTEMPTS):
            why = "dockerd ended" if attempt else "the Docker engine is not running"
            say(f"{why}: starting dockerd, which logs to {LOG}")
            if _wait(url, begun, _dockerd(), last=attempt == ATTEMPTS - 1):
                return
    _wait(url, begun, None, last=True)


def _dockerd() -> subprocess.Popen[bytes]:
    _clear_stale_pid()
    with LOG.open("ab") as log:
        process = subprocess.Popen(
            [dockerd() or "dockerd"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _started.append(process)
    return process


def _wait(url: str, begun: float, process: subprocess.Popen[bytes] | None, *, last: bool) -> bool:
    """Wait for an answer; return False where the process ended before the last attempt."""
    while (result := ping(url)).answer is not Answer.YES:
        waited = time.monotonic() - begun
        ended = process is not None and process.poll() is not None
        if ended and not last and waited < DEADLINE:
            return False
        if ended or waited > DEADLINE or result.answer is Answer.OLD:
            what = "dockerd ended" if ended else result.seen
            attempt = f"starting the Docker engine and waiting {waited:.0f} s for it"
            raise EngineUnavailable(attempt, f"{what}\n{_log_end()}".strip(), ADVICE)
        time.sleep(0.05)
    return True


def _clear_stale_pid() -> None:
    """Remove the pid file of an engine that was killed.

    dockerd does not start while ``/proc`` has the process of that number, even where that is dying,
    dead and not yet reaped, or another program. Raises EngineUnavailable where an engine is alive
    and does not answer.
    """
    give_up = time.monotonic() + ANSWER_DEADLINE
    while True:
        try:
            pid = PID_FILE.read_text().strip()
            name, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")
        except OSError:
            return
        if rest.startswith("Z") or not name.endswith("(dockerd"):
            PID_FILE.unlink(missing_ok=True)
            return
        if time.monotonic() > give_up:
            raise EngineUnavailable(
                "starting the Docker engine",
                f"a dockerd (process {pid}) is running, and does not answer",
                f"end that process, then again; {ADVICE}",
            )
        time.sleep(0.05)


def _run(*command: str) -> bool:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(command, capture_output=True, timeout=DEADLINE, check=False)
        return done.returncode == 0
    return False


def _file_limit() -> int:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 1 << 62 if hard == resource.RLIM_INFINITY else hard


def _log_end(lines: int = 5) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(LOG.read_text(errors="replace").splitlines()[-lines:])
    return ""
