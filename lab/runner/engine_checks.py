"""The doctor's checks of the engine: of which kind it is, and what of the course that costs."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from enum import StrEnum
from pathlib import Path

from lab.errors import LabError
from lab.hosts.docker import apt
from lab.hosts.docker.compose import gone
from lab.hosts.docker.compose.apart import Apart
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient, Known, is_rootless
from lab.hosts.docker.engine.endpoint import DEFAULT, Endpoint
from lab.runner.check import Check, State
from lab.runner.taps import Limits

PAGE = "docs/engines.md"
BRIDGED = ("bridge-nf-call-iptables", "bridge-nf-call-ip6tables")
TOLD = 5
"""How many labs of clones that are gone are named."""

COMMAND_DEADLINE = 20.0
"""Seconds that Docker's command line may take to say which API it speaks."""


class Kind(StrEnum):
    """What an engine is, as it tells of itself."""

    DOCKER = "Docker"
    PODMAN = "Podman"
    DESKTOP = "Docker Desktop"


def kind(version: Known, info: Known) -> Kind:
    """Return which kind of engine tells this of itself."""
    components = [str(each.get("Name")) for each in version.get("Components") or ()]
    if any(name.startswith("Podman") for name in components):
        return Kind.PODMAN
    return Kind.DESKTOP if info.get("OperatingSystem") == "Docker Desktop" else Kind.DOCKER


def described(version: Known, info: Known, spoken: str) -> str:
    """Say which engine this is, its API, where it keeps images, and what its firewall is."""
    rootless = "rootless " if is_rootless(info) else ""
    oldest, newest = version.get("MinAPIVersion"), version.get("ApiVersion")
    parts = [
        f"{rootless}{kind(version, info)} {version.get('Version')}",
        f"API {spoken} (it takes {oldest} to {newest})",
        f"images in {info.get('Driver')}",
    ]
    backend = (info.get("FirewallBackend") or {}).get("Driver")
    return ", ".join([*parts, f"firewall {backend}"] if backend else parts)


def engine_found(client: EngineClient | None, missing: LabError | None) -> Check:
    """Say which engine answers; else why none can be used, and whether the lab can help itself."""
    if client:
        version, info = client.version(), client.info()
        seen = described(version, info, client.api_version)
        if kind(version, info) is Kind.PODMAN:
            seen += "; it does not close the lab's networks, so only the hosts' own routes do"
            return Check("engine", State.WARN, seen, f"{PAGE} says what was tried with it")
        return Check("engine", State.OK, seen)
    if missing and engine.can_help():
        return Check("engine", State.WARN, missing.seen, "lab up, which installs or starts one")
    seen, advice = (missing.seen, missing.advice) if missing else ("none", engine.absent_advice())
    return Check("engine", State.FAIL, seen, advice)


def command(client: EngineClient | None) -> Check:
    """Say whether Docker's command line, through which hosts are reached, is of use here."""
    name = "docker command"
    if shutil.which("docker") is None:
        seen = "there is no program docker, through which the lab reaches its hosts"
        if apt.can_install():
            return Check(name, State.WARN, seen, "lab up, which installs it")
        return Check(name, State.FAIL, seen, "as root on Debian: apt-get install docker-cli")
    told = _told_by_command(client)
    version, newest = str(told.get("Version")), str(told.get("DefaultAPIVersion") or "")
    seen = f"{version}, API {newest or 'unknown'}"
    oldest = str(client.version().get("MinAPIVersion") or "") if client else ""
    if newest and oldest and numbers(newest) < numbers(oldest):
        seen += f", and the engine takes {oldest} and later only"
        return Check(name, State.FAIL, seen, "install a newer docker command (docker-cli)")
    return Check(name, State.OK, seen)


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, to compare them."""
    return tuple(int(word) for word in version.split(".") if word.isdigit())


def _told_by_command(client: EngineClient | None) -> Known:
    # It says what it is itself also where the engine refuses it.
    done = subprocess.run(
        ["docker", "version", "--format", "{{json .Client}}"],
        env=(client.endpoint if client else Endpoint(DEFAULT)).environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_DEADLINE,
        check=False,
    )
    try:
        told = json.loads(done.stdout.partition("\n")[0])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def bridges(client: EngineClient | None, switches: Path) -> Check:
    """Say whether the engine's firewall sees what crosses a bridge; ``switches`` is its folder."""
    name = "bridges"
    info = client.info() if client else {}
    if client is None or not _is_here(client) or is_rootless(info):
        seen = "cannot be looked at: the engine's network is not this one"
        # A network that is made anew has these switches on, and Podman then rewrites addresses.
        if client and client.is_podman() and is_rootless(info) and switches.exists():
            seen += "; its firewall sees what crosses them, unless somebody switched that off there"
            return Check(name, State.WARN, seen, f"{PAGE}#podman")
        return Check(name, State.OK, seen)
    on = [each for each in BRIDGED if _read(switches / each) == "1"]
    if not on:
        return Check(name, State.OK, "the machine's firewall leaves alone what crosses them")
    seen = (
        "the machine's firewall sees what crosses them (br_netfilter): on newer engines large"
        " datagrams over IPv6 are cut anew on their way (udp_large is then not judged)"
    )
    off = " ".join(f"net.bridge.{each}=0" for each in on)
    return Check(name, State.WARN, seen, f"if so: sudo sysctl {off}")


def off(networks: list[str], done: Apart | None) -> Check:
    """Say whether the machine is off these networks, by what was done last."""
    name, hears = "machine", "the engine's machine hears what hosts send to everybody"
    if not networks:
        return Check(name, State.OK, "the lab's networks are not up")
    if done is None or done.networks != networks:
        return Check(name, State.WARN, f"{hears}: compose made the networks by hand", "lab up")
    if done.why_not:
        advice = "use the lab on a machine without services of its own, or a virtual one"
        return Check(name, State.WARN, f"{hears}: {done.why_not}", advice)
    return Check(name, State.OK, "the engine's machine neither hears nor says anything in the lab")


def left(client: EngineClient | None) -> Check:
    """Say which labs are left of clones that are gone."""
    name = "other labs"
    found = [str(each) for each in gone.on_engine(client)] if client else []
    if not found:
        return Check(name, State.OK, "none is left of a clone that is gone")
    more = [f"and {len(found) - TOLD} more"] if len(found) > TOLD else []
    advice = "lab down --gone removes them; first make sure that no container has such a folder"
    return Check(name, State.WARN, "; ".join([*found[:TOLD], *more]), advice)


def capture(client: EngineClient | None, most: Path) -> Check:
    """Say how much a capture can hold that is not read yet; ``most`` is net.core.rmem_max."""
    wanted, name = Limits().buffered, "capture"
    if client is None or not is_rootless(client.info()):
        return Check(name, State.OK, f"holds {wanted >> 20} MB for each card of a host")
    limit = int(_read(most) or 0)
    if limit >= wanted:
        return Check(name, State.OK, f"holds {wanted >> 20} MB for each card, as net.core.rmem_max")
    seen = f"holds {limit >> 10} kB for each card: a rootless engine's hosts get no more"
    more = f"sudo sysctl net.core.rmem_max={wanted}, or busy runs may not be judged"
    return Check(name, State.WARN, seen, more)


def _is_here(client: EngineClient) -> bool:
    """Return whether the engine runs on this machine, and not in a virtual one."""
    if platform.system() != "Linux" or not client.endpoint.is_socket:
        return False
    return kind(client.version(), client.info()) is not Kind.DESKTOP


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
