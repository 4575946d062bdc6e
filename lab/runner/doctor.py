"""What this machine offers the lab: one check per need, each with what to do about it.

Looks and changes nothing: installs, starts and pulls nothing. Where a host is up, it tries on its
loopback what can impair packets.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import platform
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from lab.errors import LabError
from lab.hosts.docker import apt
from lab.hosts.docker.compose import addresses as prefixes
from lab.hosts.docker.compose import apart, labs
from lab.hosts.docker.compose import command as compose_command
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images import base as base_image
from lab.hosts.running_lab import RunningLab
from lab.runner import engine_checks, limits
from lab.runner.check import ORDER, Check, State
from lab.runner.engines_asked import Asked, asked
from lab.runner.faults import By, Faults

ROOM = 3 << 30
"""Bytes that a lab with room to spare wants on the engine's disk."""

ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def examine(root: Path) -> list[Check]:
    """Return all checks for the clone at ``root``; never raises a LabError."""
    with asked(root) as engines:
        client = next((each.client for each in engines if each.client), None)
        checks = [
            _guarded("compose", compose),
            _guarded("IPv6", lambda: ipv6(Path("/proc/sys/net/ipv6/conf/all/disable_ipv6"))),
            _guarded("addresses", lambda: addresses(client, root)),
        ]
        for each in engines:
            for name, check in of_engine(each, root).items():
                checks.append(each.named(_guarded(name, check)))
        return sorted(checks, key=lambda check: ORDER.index(check.name))


def of_engine(one: Asked, root: Path) -> dict[str, Callable[[], Check]]:
    """Return the checks of one engine and of its machine, by their names."""
    client = one.client
    return {
        "engine": lambda: engine_checks.engine_found(client, one.missing),
        "docker command": lambda: engine_checks.command(client),
        "architecture": lambda: architecture(client),
        "disk": lambda: disk(client),
        "base image": lambda: base(client),
        "bridges": lambda: engine_checks.bridges(client, Path("/proc/sys/net/bridge")),
        "capture": lambda: engine_checks.capture(client, Path("/proc/sys/net/core/rmem_max")),
        "faults": lambda: faults(kernel_has_queue(), tried_on_a_host(client, root)),
        "closed hosts": lambda: closed(first_words(client, root)),
        "limits": lambda: limits.check(client, root),
        "machine": lambda: machine(client, root, one.note),
        "other labs": lambda: engine_checks.left(client),
    }


def compose() -> Check:
    """Say which compose would be used."""
    try:
        command = compose_command.find()
    except LabError as error:
        if apt.can_install():
            return Check("compose", State.WARN, error.seen, "lab up, which installs one")
        return Check("compose", State.FAIL, error.seen, error.advice)
    version = compose_command.version(command)
    if version is None:
        return Check("compose", State.FAIL, f"{' '.join(command)} does not run", "run it by hand")
    return Check("compose", State.OK, f"{' '.join(command)} {version}")


def architecture(client: EngineClient | None) -> Check:
    """Say whether the lab's images can be made for the engine's processor."""
    seen = str(client.version()["Arch"]) if client else platform.machine()
    known = ARCHITECTURES.get(seen)
    if known is None:
        return Check("architecture", State.WARN, seen, "the lab is tried on amd64 and arm64 only")
    return Check("architecture", State.OK, known)


def disk(client: EngineClient | None) -> Check:
    """Say how much room there is where the engine keeps its images."""
    place = Path(str(client.info()["DockerRootDir"])) if client else Path("/")
    if not place.is_dir():
        return Check("disk", State.WARN, f"{place} is not on this machine", "docker system df")
    with contextlib.suppress(PermissionError):
        free = shutil.disk_usage(place).free
        seen = f"{free / (1 << 30):.1f} GB free at {place}"
        if free < ROOM:
            return Check("disk", State.WARN, seen, "docker system df shows what Docker holds")
        return Check("disk", State.OK, seen)
    return Check("disk", State.WARN, f"{place} cannot be looked at", "docker system df")


def base(client: EngineClient | None) -> Check:
    """Say where the image below all others comes from; asks no registry."""
    name = "base image"
    if client and (there := base_image.source(client)):
        return Check(name, State.OK, there)
    if base_image.can_be_made():
        seen = f"{base_image.PUBLIC} will be pulled, or made here if that does not work"
        return Check(name, State.OK, seen)
    return Check(
        name,
        State.WARN,
        f"{base_image.PUBLIC} will be pulled: it cannot be made on this machine",
        f"docker pull {base_image.PUBLIC}; without a network docker load brings it; or, as root on"
        " Debian: apt-get install mmdebstrap uidmap",
    )


def ipv6(switch: Path) -> Check:
    """Say whether the kernel speaks IPv6; ``switch`` is its ``disable_ipv6`` of all cards."""
    if platform.system() != "Linux":
        return Check("IPv6", State.OK, "up to the engine's own virtual machine")
    try:
        off = switch.read_text().strip() == "1"
    except OSError:
        return Check("IPv6", State.FAIL, "this kernel has no IPv6", "boot it with ipv6.disable=0")
    if off:
        return Check(
            "IPv6",
            State.WARN,
            "switched off on this machine (the lab switches it on in its hosts)",
            "if the hosts do not come up: sudo sysctl net.ipv6.conf.all.disable_ipv6=0",
        )
    return Check("IPv6", State.OK, "on")


def faults(available: bool | None, tried: Mapping[By, str] | None = None) -> Check:
    """Say what can lose, delay or spoil packets: netem, the relay (NFQUEUE), the forwarder.

    ``tried`` says why each could not be had on a host, empty where it could; without it,
    ``available`` says whether the kernel seems to have what the relay needs.
    """
    name, advice = "faults", "lab fault middle --lose 1 tries it, and says what is missing"
    if tried is not None:
        works = [by for by, reason in tried.items() if not reason]
        missing = [f"no {by} ({reason})" for by, reason in tried.items() if reason]
        seen = "; ".join([f"{' and '.join(works) or 'nothing'}, as was tried", *missing])
        does_all = "relay" in works or "forwarder" in works
        return Check(name, State.OK if does_all else State.WARN, seen, advice)
    if available is None:
        return Check(name, State.WARN, "this cannot be tested from here", advice)
    if not available:
        seen = "this kernel has no NFQUEUE; netem and the forwarder are tried when the lab is up"
        return Check(name, State.WARN, seen, advice)
    seen = "this kernel hands packets to the lab (NFQUEUE); netem is tried when the lab is up"
    return Check(name, State.OK, seen)


def tried_on_a_host(client: EngineClient | None, root: Path) -> Mapping[By, str] | None:
    """Return what impairs packets here, as one of the hosts that are up has tried it."""
    if client is None:
        return None
    with contextlib.closing(RunningLab(client, Lab(root).project)) as network:
        # A router, where one is up: only routers can have a forwarder.
        host = max(network.up, key=lambda name: len(network.links(name)), default=None)
        return Faults(network).mechanisms(host) if host else None


def kernel_has_queue() -> bool | None:
    """Return whether the kernel has or can load netfilter's queue; None where it does not tell."""
    if platform.system() != "Linux":
        return None
    with contextlib.suppress(OSError):
        config = gzip.decompress(Path("/proc/config.gz").read_bytes()).decode()
        return any(f"CONFIG_NETFILTER_NETLINK_QUEUE={how}\n" in config for how in "ym")
    modules = Path("/lib/modules") / os.uname().release
    told = [modules / "modules.dep", modules / "modules.builtin"]
    texts = [path.read_text() for path in told if path.exists()]
    return any("nfnetlink_queue" in text for text in texts) if texts else None


def closed(said: Mapping[str, str]) -> Check:
    """Say which hosts that are up could not shut their ways out, by what each ``said`` at first."""
    name, missing = "closed hosts", "has no rules that close this host"
    still_open = {host: words for host, words in said.items() if missing in words}
    if not still_open:
        seen = "nothing but the lab's own packets leaves them" if said else "none is up"
        return Check(name, State.OK, seen)
    tools = [tool for tool in ("iptables", "ip6tables") if f" {tool} " in str(still_open)]
    seen = (
        f"packets of programs can leave {', '.join(still_open)}: no rules of {' and '.join(tools)}"
    )
    advice = "the engine's kernel needs netfilter's table raw, and its matches mark and addrtype"
    return Check(name, State.WARN, seen, advice)


def first_words(client: EngineClient | None, root: Path) -> Mapping[str, str]:
    """Return what each host that is up has printed, by its name."""
    if client is None:
        return {}
    running = Project(client, Lab(root).project).running()
    return {
        host: client.logs(identity, since=1).decode(errors="replace")
        for host, identity in running.items()
    }


def machine(client: EngineClient | None, root: Path, note: Path) -> Check:
    """Say whether the engine's machine is off the networks of the lab that is up, by its note."""
    networks = Project(client, Lab(root).project).networks() if client else []
    return engine_checks.off(sorted(network["Id"] for network in networks), apart.noted(note))


def addresses(client: EngineClient | None, root: Path) -> Check:
    """Say which addresses the lab has, or would get."""
    if client is None:
        return Check("addresses", State.WARN, "cannot be checked without an engine", "lab up")
    lab = Lab(root)
    project = Project(client, lab.project)
    if project.networks():
        seen = f"{lab.prefix} and {lab.prefix6}: the lab is up"
        beside = [str(each) for each in labs.on_engine(client, root) if each > 1]
        seen += f", and beside it lab {', '.join(beside)}" if beside else ""
        return Check("addresses", State.OK, seen)
    taken = prefixes.of_engine(client.networks()) | prefixes.of_this_machine()
    asked = prefixes.from_environment()
    if asked and (owner := prefixes.overlap(asked, taken)):
        return Check("addresses", State.FAIL, owner, "set another LAB_PREFIX, or none")
    free = asked or prefixes.choose(taken)
    return Check("addresses", State.OK, f"{free.ipv4} and {free.ipv6} are free")


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except LabError as error:
        return Check(name, State.FAIL, error.seen, error.advice)
    except Exception as error:  # the SDK lets through whatever its transport raises
        return Check(name, State.FAIL, f"the engine did not answer: {error}", "lab doctor again")
