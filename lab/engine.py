"""Is there a Docker engine, does it answer us, is it new enough; start it or explain."""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import docker
from docker.constants import DEFAULT_DOCKER_API_VERSION
from docker.context import ContextAPI

from lab import packages
from lab.errors import EngineUnavailable
from lab.packages import Say

MINIMUM_API = (1, 41)
"""The oldest engine API that the lab uses: that of engine 20.10."""

START_DEADLINE = 60.0
"""Seconds that an engine may take from its start to its first answer."""

ANSWER_DEADLINE = 10.0
"""Seconds that a running engine may take to answer a ping."""

DEFAULT = "unix:///var/run/docker.sock"
LOG = Path("/var/log/docker.log")
ATTEMPT = "asking the Docker engine whether it is there"


class Answer(Enum):
    """How the engine met our ping."""

    YES = auto()
    SILENT = auto()  # nobody listens there
    DENIED = auto()  # it is there, but not for this user
    STUCK = auto()  # it takes the question and does not answer
    OLD = auto()
    STRANGE = auto()  # something else than an engine answers


@dataclass(frozen=True)
class Ping:
    """What came of one ping: the verdict, the API version where one was told, and what was seen."""

    answer: Answer
    api: tuple[int, int] | None
    seen: str


def endpoint() -> str:
    """Return the URL of the engine, as Docker's own command line finds it."""
    from_environment = os.environ.get("DOCKER_HOST")
    if from_environment:
        return from_environment
    with contextlib.suppress(Exception):  # a broken context file is Docker's to complain about
        host = getattr(ContextAPI.get_current_context(), "Host", None)
        if host:
            return str(host)
    return DEFAULT


def ping(url: str) -> Ping:
    """Ask the engine at a ``unix://`` URL for a sign of life, without any library between."""
    path = url.removeprefix("unix://")
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_DEADLINE)
            connection.connect(path)
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            reply = b""
            while b"\r\n\r\n" not in reply and len(reply) < 65536:
                piece = connection.recv(4096)
                if not piece:
                    break
                reply += piece
    except OSError as error:
        return judge_error(error, path)
    return judge_reply(reply)


def judge_error(error: OSError, path: str) -> Ping:
    """Say what it means that a ping through the socket at ``path`` failed so."""
    if isinstance(error, PermissionError):
        return Ping(Answer.DENIED, None, f"this user may not use {path} (permission denied)")
    if isinstance(error, TimeoutError):
        return Ping(Answer.STUCK, None, f"no answer from {path} for {ANSWER_DEADLINE:g} s")
    if isinstance(error, FileNotFoundError):
        return Ping(Answer.SILENT, None, f"there is no {path}")
    if isinstance(error, ConnectionError):
        return Ping(Answer.SILENT, None, f"nobody listens at {path} ({error.strerror})")
    return Ping(Answer.STRANGE, None, f"{path}: {error.strerror or error}")


def judge_reply(reply: bytes) -> Ping:
    """Read an engine's HTTP reply to a ping."""
    status, *lines = reply.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    pairs = (line.split(": ", 1) for line in lines if ": " in line)
    headers = {name.lower(): value for name, value in pairs}
    words = headers.get("api-version", "").split(".")
    if not status or len(words) != 2 or not all(word.isdigit() for word in words):
        return Ping(Answer.STRANGE, None, f"something answers, but not as an engine: {status!r}")
    api = (int(words[0]), int(words[1]))
    server = headers.get("server", "an engine")
    seen = f"{server}, API {api[0]}.{api[1]}"
    if " 200 " not in f"{status} ":
        return Ping(Answer.STUCK, api, f"{seen}, is not well: {status}")
    if api < MINIMUM_API:
        wanted = f"the lab needs {MINIMUM_API[0]}.{MINIMUM_API[1]} (engine 20.10) or later"
        return Ping(Answer.OLD, api, f"{seen}; {wanted}")
    return Ping(Answer.YES, api, seen)


def complaint(result: Ping) -> EngineUnavailable:
    """Return the error that explains a ping that was not answered as the lab needs."""
    advice = {
        Answer.SILENT: absent_advice(),
        Answer.DENIED: "sudo usermod -aG docker $USER, then log in anew; or run this as root",
        Answer.STUCK: "restart the engine (sudo systemctl restart docker), then lab doctor",
        Answer.OLD: "install a newer engine: Docker 20.10 or later",
        Answer.STRANGE: "docker version; and look at what DOCKER_HOST is set to",
        Answer.YES: "",
    }
    return EngineUnavailable(ATTEMPT, result.seen, advice[result.answer])


def absent_advice() -> str:
    """Say what to do on this machine where no engine answers."""
    if platform.system() != "Linux":
        return "install Docker Desktop and start it, then again"
    if shutil.which("dockerd") is None:
        return "as root on Debian or Ubuntu: apt-get install docker.io docker-compose; then again"
    return "sudo systemctl start docker (or, as root, this command again), then again"


def connect() -> docker.DockerClient:
    """Return a client of the engine that is running, within milliseconds where it is well.

    Never installs or starts anything; raises EngineUnavailable.
    """
    url = endpoint()
    version = "auto"
    if url.startswith("unix://"):
        result = ping(url)
        if result.answer is not Answer.YES or result.api is None:
            raise complaint(result)
        newest_known = tuple(map(int, DEFAULT_DOCKER_API_VERSION.split(".")))
        version = ".".join(map(str, min(result.api, newest_known)))
    try:
        if os.environ.get("DOCKER_HOST"):
            return docker.from_env(version=version)
        return docker.DockerClient(base_url=url, version=version)
    except Exception as error:  # the SDK lets through whatever its transport raises
        raise EngineUnavailable(ATTEMPT, str(error), "docker version; lab doctor") from error


def ensure(say: Say) -> docker.DockerClient:
    """Return a client, after installing and starting an engine where that is needed and allowed.

    Needed: nobody listens at this machine's own socket. Allowed: to root, on Debian or Ubuntu.
    Raises EngineUnavailable.
    """
    try:
        return connect()
    except EngineUnavailable:
        mine = endpoint() == DEFAULT and platform.system() == "Linux" and os.geteuid() == 0
        if not mine or ping(DEFAULT).answer is not Answer.SILENT:
            raise
        if shutil.which("dockerd") is None:
            if not packages.can_install():
                raise
            _install(say)
    _start(say)
    return connect()


def _install(say: Say) -> None:
    """Install the distribution's engine and, where that is a package of its own, its command."""
    why = "no Docker engine here"
    wrong = packages.install(["docker.io", "docker-compose"], why, say)
    if wrong is None and shutil.which("docker") is None:
        wrong = packages.install(["docker-cli"], why, say)
    if wrong:
        raise EngineUnavailable("installing a Docker engine", wrong, "apt-get update, then again")


def _start(say: Say) -> None:
    """Start the engine in the way of this machine, and wait until it answers."""
    begun = time.monotonic()
    process: subprocess.Popen[bytes] | None = None
    if Path("/run/systemd/system").is_dir():
        say("the Docker engine is not running: starting it with systemctl")
        _run("systemctl", "start", "docker")
    elif (
        Path("/etc/init.d/docker").exists()
        and _file_limit() >= 1_048_576
        and _run("service", "docker", "start")
    ):
        say("the Docker engine is not running: started it with service")
    else:
        say(f"the Docker engine is not running: starting dockerd, which logs to {LOG}")
        with LOG.open("ab") as log:
            process = subprocess.Popen(
                ["dockerd"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    while (result := ping(DEFAULT)).answer is not Answer.YES:
        waited = time.monotonic() - begun
        ended = process is not None and process.poll() is not None
        if ended or waited > START_DEADLINE or result.answer is Answer.OLD:
            what = "dockerd ended" if ended else result.seen
            raise EngineUnavailable(
                f"starting the Docker engine and waiting {waited:.0f} s for it",
                f"{what}\n{_log_end()}".strip(),
                f"dockerd, by hand; its log: {LOG}, or journalctl -u docker",
            )
        time.sleep(0.05)


def _run(*command: str) -> bool:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(command, capture_output=True, timeout=START_DEADLINE, check=False)
        return done.returncode == 0
    return False


def _file_limit() -> int:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 1 << 62 if hard == resource.RLIM_INFINITY else hard


def _log_end(lines: int = 5) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(LOG.read_text(errors="replace").splitlines()[-lines:])
    return ""
