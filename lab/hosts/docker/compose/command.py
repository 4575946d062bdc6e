"""Compose's command: find which generation is here, run it, and read its complaints."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from lab import environment
from lab.errors import (
    ComposeFailed,
    EngineUnavailable,
    ImageUnavailable,
    LabError,
    NoSpace,
    PrefixTaken,
)
from lab.hosts.docker import apt
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine import endpoint
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.docker.lock import Held

CHOICE = "LAB_COMPOSE"
"""The environment variable that chooses ``docker compose`` or ``docker-compose``."""

DEADLINE = 1200.0
"""Seconds that one call of compose may take."""

V2 = ("docker", "compose")
V1 = ("docker-compose",)

_HAS_DISTUTILS = re.compile(r"python3\.(\d|1[01])")
"""Pythons that compose 1 finds all its modules in (PEP 632)."""


@cache
def find() -> tuple[str, ...]:
    """Return the command of the compose to use: v2 where it is there, else v1.

    Raises ComposeFailed where there is none.
    """
    chosen = os.environ.get(CHOICE)
    if chosen:
        return tuple(chosen.split())
    if version(V2) is not None:
        return V2
    if (program := shutil.which(V1[0])) and _runs(Path(program)):
        return V1
    raise ComposeFailed(
        "looking for Docker Compose",
        "neither 'docker compose' nor a 'docker-compose' that runs is here",
        f"as root on Debian or Ubuntu: apt-get install {apt.compose(apt.system())}; then again",
    )


def _runs(program: Path) -> bool:
    """Ask compose 1 whether it runs, but where its Python answers already: it takes 0.4 s.

    That of Ubuntu 24.04 is there, and does not run on its Python 3.12.
    """
    with contextlib.suppress(OSError, IndexError), program.open("rb") as script:
        begin, _, rest = script.readline(256).decode(errors="replace").partition("#!")
        interpreter = Path(rest.split()[0]).resolve()
        if not begin and _HAS_DISTUTILS.fullmatch(interpreter.name):
            return True
    return version(V1) is not None


def ensure(say: Say) -> tuple[str, ...]:
    """Install compose where that is needed and allowed, and return ``find()``."""
    try:
        return find()
    except ComposeFailed:
        if not apt.can_install():
            raise
        wrong = apt.install([apt.compose(apt.system())], "no Docker Compose here", say)
        if wrong:
            raise ComposeFailed(
                "installing Docker Compose", wrong, "apt-get update, then again"
            ) from None
        return find()


def version(command: Sequence[str]) -> str | None:
    """Return the version of a compose, None if there is no such."""
    try:
        done = subprocess.run(
            [*command, "version", "--short"],
            capture_output=True,
            text=True,
            env=environment.cleaned(os.environ),
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def run(
    command: Sequence[str],
    root: Path,
    settings: Mapping[str, str],
    attempt: str,
    lock: Held,
    where: Endpoint | None = None,
) -> str:
    """Run compose in the clone at ``root`` and return its output; raises as ``failure`` says.

    It works on the engine that the lab works on, or on that at ``where``, whatever a ``.env`` says
    of another. Compose goes on where the lab is killed, and so keeps the lab's lock until it ends.
    """
    try:
        done = subprocess.run(
            [*command],
            cwd=root,
            env={**_patience(command), **(where or endpoint.find()).environment(), **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=[lock.descriptor],
            timeout=DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ComposeFailed(
            attempt, f"{command[0]} had not ended after {DEADLINE:g} s", "lab doctor"
        ) from error
    except OSError as error:
        raise ComposeFailed(attempt, f"{command[0]}: {error.strerror}", "lab doctor") from error
    if done.returncode != 0:
        raise failure(attempt, done.stdout, done.returncode)
    return done.stdout


def _patience(command: Sequence[str]) -> dict[str, str]:
    """Return the settings with which compose brings up as many hosts as its command names.

    Compose 1 gives out 64 permits, one for each service and one more for each container that it
    makes of it. Where there are more services than that, it waits for ever. And it gives an answer
    of the engine a minute, which is short where a hundred hosts are made.
    """
    return {
        "COMPOSE_PARALLEL_LIMIT": str(max(64, 2 * len(command))),
        "COMPOSE_HTTP_TIMEOUT": f"{DEADLINE:.0f}",
    }


_ERRORS: Sequence[tuple[str, type[LabError], str]] = (
    (
        r"overlaps with other one|address already in use|conflicts with network",
        PrefixTaken,
        "lab up again, which looks for free ones; docker network ls shows who has them",
    ),
    (
        r"needs to be recreated - option",
        ComposeFailed,
        "install docker-compose-v2 (or compose's plugin): version 1 does not go with Podman",
    ),
    (r"no space left on device", NoSpace, "docker system df shows what Docker itself holds"),
    (
        r"cannot connect to the docker daemon|couldn't connect to docker daemon"
        r"|error while fetching server api version|is the docker daemon running",
        EngineUnavailable,
        "lab doctor",
    ),
    (r"permission denied.*docker.*sock", EngineUnavailable, "sudo usermod -aG docker $USER"),
    (
        r"no such image|pull access denied|/v2/|failed to resolve reference|manifest.*not found",
        ImageUnavailable,
        "lab up, which makes the images",
    ),
    (
        r"(OCI runtime|runc|crun) create failed|OCI runtime error",
        ComposeFailed,
        "lab doctor; the engine's machine refuses to start a host so: its own log says more",
    ),
    (
        r"yaml:|additional propert|invalid|unsupported config|is not allowed|must be a"
        r"|undefined network|undefined volume|parsing|error while scanning|does not match any",
        ComposeFailed,
        "mend compose.yaml at the place named; docker compose config checks it",
    ),
)


def failure(attempt: str, output: str, status: int) -> LabError:
    """Return the error that explains compose's complaint."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    noise = re.compile(
        r"^(Creating|Starting|Recreating| ?Container| ?Network|\[\+\]).*|.*\.\.\. *$"
    )
    telling = [line for line in lines if not noise.fullmatch(line)] or lines
    seen = "\n".join(telling[-5:]) or f"it said nothing, with exit status {status}"
    for pattern, kind, advice in _ERRORS:
        if re.search(pattern, output, re.IGNORECASE):
            return kind(attempt, seen, advice)
    return ComposeFailed(attempt, seen, "docker compose config; lab doctor")
