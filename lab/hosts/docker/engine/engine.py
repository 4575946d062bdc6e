"""Get a client of this machine's Docker engine, or explain why there is none."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
from pathlib import Path

from lab.errors import EngineUnavailable
from lab.hosts.docker import apt
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine import start
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.ping import Answer, Ping, ping

DEFAULT = "unix:///var/run/docker.sock"
NEWEST_API = (1, 45)
"""The newest version of the engine's API that the lab uses."""

ATTEMPT = "asking the Docker engine whether it is there"


def endpoint() -> str:
    """Return the URL of the engine, as Docker's own command line finds it."""
    from_environment = os.environ.get("DOCKER_HOST")
    if from_environment:
        return from_environment
    if _has_context():
        with contextlib.suppress(Exception):  # a broken context file is Docker's to complain about
            from docker.context import ContextAPI  # noqa: PLC0415 - seldom, and slow to load

            host = getattr(ContextAPI.get_current_context(), "Host", None)
            if host:
                return str(host)
    return DEFAULT


def _has_context() -> bool:
    """Return whether the user has chosen an engine by name (docker context use)."""
    if os.environ.get("DOCKER_CONTEXT"):
        return True
    folder = os.environ.get("DOCKER_CONFIG") or str(Path("~/.docker").expanduser())
    with contextlib.suppress(OSError, ValueError, AttributeError):
        settings = json.loads((Path(folder) / "config.json").read_bytes())
        return bool(settings.get("currentContext"))
    return False


def complaint(result: Ping) -> EngineUnavailable:
    """Return the error that explains a ping without a good answer."""
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
    chosen = os.environ.get("DOCKER_HOST")
    if chosen:
        return f"DOCKER_HOST is set to {chosen}: start an engine there, or unset DOCKER_HOST"
    if platform.system() != "Linux":
        return "install Docker Desktop and start it, then again"
    if shutil.which("dockerd") is None:
        return "as root on Debian or Ubuntu: apt-get install docker.io docker-compose; then again"
    return "sudo systemctl start docker (or, as root, this command again), then again"


def connect() -> EngineClient:
    """Return a client of the running engine; takes milliseconds.

    Installs and starts nothing. Raises EngineUnavailable.
    """
    url = endpoint()
    if url.startswith("unix://"):
        result = ping(url)
        if result.answer is not Answer.YES or result.api is None:
            raise complaint(result)
        return EngineClient(url, ".".join(map(str, min(result.api, NEWEST_API))))
    client = EngineClient(url, "auto")
    try:
        client.ping()
    except Exception as error:  # the SDK lets through whatever its transport raises
        raise EngineUnavailable(ATTEMPT, str(error), "docker version; lab doctor") from error
    return client


def ensure(say: Say) -> EngineClient:
    """Install and start an engine where that is needed and allowed, and return a client.

    Needed: nobody listens at this machine's own socket. Allowed: to root, on Debian or Ubuntu.
    Raises EngineUnavailable.
    """
    try:
        return connect()
    except EngineUnavailable:
        if not can_help():
            raise
        if shutil.which("dockerd") is None:
            _install(say)
    start.start(DEFAULT, say)
    return connect()


def can_help() -> bool:
    """Return whether no engine runs here and ``ensure`` may install or start one."""
    return (
        endpoint() == DEFAULT
        and platform.system() == "Linux"
        and os.geteuid() == 0
        and (shutil.which("dockerd") is not None or apt.can_install())
        and ping(DEFAULT).answer is Answer.SILENT
    )


def _install(say: Say) -> None:
    """Install the distribution's engine, and its command where that is a package of its own."""
    why = "no Docker engine here"
    wrong = apt.install(["docker.io", "docker-compose"], why, say)
    if wrong is None and shutil.which("docker") is None:
        wrong = apt.install(["docker-cli"], why, say)
    if wrong:
        raise EngineUnavailable("installing a Docker engine", wrong, "apt-get update, then again")
