"""Get a client of the Docker engine that the user has chosen, or explain why there is none."""

from __future__ import annotations

import os
import platform
import shlex
import shutil

from lab.errors import EngineUnavailable
from lab.hosts.docker import apt
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine import endpoint, start, tunnel
from lab.hosts.docker.engine.client import EngineClient, Known
from lab.hosts.docker.engine.endpoint import DEFAULT, Endpoint
from lab.hosts.docker.engine.ping import MINIMUM_API, Answer, Ping, ping, too_old

NEWEST_API = (1, 45)
"""The newest version of the engine's API that the lab uses, where an engine still takes it."""

ATTEMPT = "asking the Docker engine whether it is there"


def complaint(result: Ping, where: Endpoint | None = None) -> EngineUnavailable:
    """Return the error that explains a ping without a good answer."""
    advice = {
        Answer.SILENT: absent_advice(where),
        Answer.DENIED: "sudo usermod -aG docker $USER, then log in anew; or run this as root",
        Answer.STUCK: "restart the engine (sudo systemctl restart docker), then lab doctor",
        Answer.OLD: "install a newer engine: Docker 20.10 or later",
        Answer.STRANGE: "docker version; docker context ls; and what DOCKER_HOST is set to",
        Answer.YES: "",
    }
    return EngineUnavailable(ATTEMPT, result.seen, advice[result.answer])


def absent_advice(where: Endpoint | None = None) -> str:
    """Say what to do on this machine where no engine answers."""
    if chosen := (where or endpoint.find()).chosen:
        return f"{chosen}: start an engine there, or choose another (docker context ls)"
    if platform.system() != "Linux":
        return "install Docker Desktop and start it, then again"
    if start.dockerd() is None:
        packages = f"docker.io {apt.compose(apt.system())}"
        return f"as root on Debian or Ubuntu: apt-get install {packages}; then again"
    return "sudo systemctl start docker (or, as root, this command again), then again"


def connect(where: Endpoint | None = None) -> EngineClient:
    """Return a client of the running engine, the chosen one or another; takes milliseconds.

    Installs and starts nothing. Raises EngineUnavailable.
    """
    where = where or endpoint.find()
    if where.is_socket:
        result = ping(where.url)
        if result.answer is not Answer.YES or result.api is None:
            raise complaint(result, where)
        if result.api <= NEWEST_API:
            return EngineClient(where, ".".join(map(str, result.api)))
    return EngineClient(where, _agreed(where))


def spoken(version: Known) -> str | None:
    """Return the API to speak with an engine that tells this of itself; None if it is too old.

    An engine takes the APIs from MinAPIVersion to ApiVersion.
    """
    newest, oldest = (
        tuple(map(int, str(version.get(key) or "1.0").split(".")))
        for key in ("ApiVersion", "MinAPIVersion")
    )
    agreed = max(oldest, min(newest, NEWEST_API))
    return None if agreed < MINIMUM_API else ".".join(map(str, agreed))


def _agreed(where: Endpoint) -> str:
    """Ask an engine which API it takes; raises EngineUnavailable."""
    client = EngineClient(where)
    try:
        version = client.version()
    except Exception as error:  # the SDK lets through whatever its transport raises
        advice = "docker version; lab doctor"
        if where.chosen:
            advice = f"{where.chosen}: docker version; docker context ls"
        if where.url.startswith("ssh://"):
            advice = f"{shlex.join(tunnel.command(where.url)[:-1])} docker version; lab doctor"
        raise EngineUnavailable(ATTEMPT, str(error), advice) from error
    finally:
        client.close()
    if agreed := spoken(version):
        return agreed
    told = f"engine {version.get('Version')}, API {version.get('ApiVersion')}"
    raise complaint(too_old(told), where)


def ensure(say: Say, where: Endpoint | None = None) -> EngineClient:
    """Return a client, after installing and starting what is missing, where that is allowed.

    Needed: Docker's command; an engine where nobody listens at this machine's own socket. Allowed:
    to root, on Debian or Ubuntu. Raises EngineUnavailable.
    """
    try:
        client = connect(where)
    except EngineUnavailable:
        if not can_help(where):
            raise
        if start.dockerd() is None:
            _install(["docker.io", apt.compose(apt.system())], "no Docker engine here", say)
        start.start(DEFAULT, say)
        client = connect(where)
    if shutil.which("docker") is None and apt.can_install():
        _install(["docker-cli"], "no program docker here", say)
    return client


def can_help(where: Endpoint | None = None) -> bool:
    """Return whether no engine runs here and ``ensure`` may install or start one."""
    return (
        (where or endpoint.find()).url == DEFAULT
        and platform.system() == "Linux"
        and os.geteuid() == 0
        and (start.dockerd() is not None or apt.can_install())
        and ping(DEFAULT).answer is Answer.SILENT
    )


def _install(packages: list[str], why: str, say: Say) -> None:
    wrong = apt.install(packages, why, say)
    if wrong:
        raise EngineUnavailable(f"installing {packages[0]}", wrong, "apt-get update, then again")
