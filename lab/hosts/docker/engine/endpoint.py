"""Which engine the lab works on: found as Docker's own command line finds it, once a process.

So all parts of a run speak to one engine, even where the user chooses another meanwhile.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from lab import environment
from lab.errors import EngineUnavailable, UnknownName

DEFAULT = "unix:///var/run/docker.sock"

_CHOOSE = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
"""The variables with which Docker's command line finds an engine."""

_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Whom the user's programs trust; to compose 1 they would stand in for the engine's authority."""


@dataclass(frozen=True)
class Endpoint:
    """Where an engine is, and how it is spoken to.

    ``chosen`` says what chose it; it is empty for this machine's own. ``certificates`` is the
    folder of ``ca.pem``, ``cert.pem`` and ``key.pem`` where it speaks TLS. ``verified`` says
    whether it must prove who it is. ``name`` is that of its context, where it was asked for by it.
    """

    url: str
    chosen: str = ""
    certificates: str = ""
    verified: bool = False
    name: str = ""

    @property
    def is_socket(self) -> bool:
        """Whether it is reached by a socket of this machine, and not over a network."""
        return self.url.startswith("unix://")

    @property
    def is_usual(self) -> bool:
        """Whether it is the engine that Docker's command line would use."""
        return self.url == find().url

    @property
    def settings(self) -> dict[str, str]:
        """The variables with which Docker's commands speak to this engine and no other."""
        found = {"DOCKER_HOST": self.url}
        if self.certificates:
            found |= {"DOCKER_CERT_PATH": self.certificates, "DOCKER_TLS": "1"}
        return found | ({"DOCKER_TLS_VERIFY": "1"} if self.verified else {})

    def environment(self) -> dict[str, str]:
        """Return this process's environment, as Docker's commands get it."""
        kept = environment.cleaned(os.environ).items()
        left = (*_CHOOSE, *_AUTHORITIES)
        return {name: value for name, value in kept if name not in left} | self.settings

    def command(self, *words: str) -> str:
        """Return a command of Docker's for a shell, in its environment."""
        unset = (word for name in _CHOOSE for word in ("-u", name))
        settings = (f"{name}={value}" for name, value in self.settings.items())
        return shlex.join(["env", *unset, *settings, *words])


def find() -> Endpoint:
    """Return the engine that the user has chosen, or this machine's own.

    Raises EngineUnavailable where the chosen Docker context is not there.
    """
    return _found(_folder(), *(os.environ.get(name, "") for name in _CHOOSE))


def names() -> list[str]:
    """Return the names of Docker's contexts, as ``docker context ls`` lists them.

    ``default`` comes first: DOCKER_HOST, or this machine's own socket.
    """
    found = set()
    for file in Path(_folder(), "contexts", "meta").glob("*/meta.json"):
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
            found.add(str(json.loads(file.read_bytes())["Name"]))
    return ["default", *sorted(found - {"default"})]


def named(name: str) -> Endpoint:
    """Return the engine of a Docker context.

    Raises UnknownName where there is no such context, EngineUnavailable where it is unusable.
    """
    if name not in (known := names()):
        raise UnknownName(
            f"looking for the engine {name}",
            f"Docker's contexts here are: {', '.join(known)}",
            "docker context ls; lab engines",
        )
    if name != "default":
        return replace(_of_context(Path(_folder()), name), name=name)
    host, _, *rest = (os.environ.get(each, "") for each in _CHOOSE)
    return replace(_found(_folder(), host, "default", *rest), name=name)


def certificate_files(folder: str) -> tuple[Path | None, Path | None, Path | None]:
    """Return ``ca.pem``, ``cert.pem`` and ``key.pem`` of a folder; None for one that is not there.

    So Docker's command line finds them (docs.docker.com/engine/security/protect-access).
    """
    ca, cert, key = (Path(folder) / f"{each}.pem" for each in ("ca", "cert", "key"))
    return _there(ca), _there(cert), _there(key)


def _there(file: Path) -> Path | None:
    return file if file.exists() else None


def _folder() -> str:
    return os.environ.get("DOCKER_CONFIG") or str(Path("~/.docker").expanduser())


@cache
def _found(folder: str, host: str, context: str, verify: str, certificates: str) -> Endpoint:
    if host:
        if verify and not certificates:
            certificates = folder
        return Endpoint(host, f"DOCKER_HOST is set to {host}", certificates, bool(verify))
    name = context or _current(Path(folder))
    return Endpoint(DEFAULT) if name in ("", "default") else _of_context(Path(folder), name)


def _current(folder: Path) -> str:
    """Return the context that ``docker context use`` has chosen; empty where there is none."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        settings = json.loads((folder / "config.json").read_bytes())
        return str(settings.get("currentContext") or "")
    return ""


def _of_context(folder: Path, name: str) -> Endpoint:
    """Read a context as Docker's command line keeps it (docker/cli, cli/context/store)."""
    chosen = f"the Docker context {name} is chosen"
    key = hashlib.sha256(name.encode()).hexdigest()
    tls = folder / "contexts" / "tls" / key / "docker"
    try:
        told = json.loads((folder / "contexts" / "meta" / key / "meta.json").read_bytes())
        docker: Mapping[str, Any] = told["Endpoints"]["docker"]
        url, unverified = str(docker["Host"]), bool(docker.get("SkipTLSVerify"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        missing = isinstance(error, FileNotFoundError)
        raise EngineUnavailable(
            "looking for the engine",
            f"{chosen}, and there is no such context" if missing else f"{chosen}: {error!r}",
            "docker context ls; docker context use default, or unset DOCKER_CONTEXT",
        ) from error
    return Endpoint(url, chosen, str(tls) if tls.is_dir() else "", tls.is_dir() and not unverified)
