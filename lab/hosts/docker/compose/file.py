"""The one reader of ``compose.yaml``: its hosts and its networks as plain values.

What a service extends (images/hosts.yaml) counts as its own, as compose has it.

PyYAML takes 12 ms to load, and its C loader reads the lab's own file in 3 ms, once a process.
Regular expressions were quicker, but each knew only one of YAML's ways to write a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from lab.errors import ComposeFailed
from lab.hosts.docker import labels

IMAGES = "socketlab/"
"""What the names of the lab's own images begin with."""

DEPTH = 8
"""How many services may extend one another."""

Read = Callable[[str], str]
"""Returns the text of a file that ``compose.yaml`` names."""

_MERGED = ("labels", "environment", "networks", "sysctls")
"""Settings of a service that those of the extended one are added to; others replace them."""

_SETTING = re.compile(r"\$\{(\w+)(?::?-([^}]*))?\}")


@dataclass(frozen=True)
class Plan:
    """A host as ``compose.yaml`` has it.

    One with ``profiles`` is brought up only where it is asked for; ``needs`` names the hosts
    without which it is cut off from the others. ``image`` is the lab's image that it runs.
    ``attached`` has its addresses by network. One that ``serves`` has daemons, and a health check.
    One that ``forwards`` leads packets on, and ``translates`` is the number of the network whose
    packets get its own address. It has further full ``names``, and takes the mail of a domain.
    """

    name: str
    image: str = "host"
    profiles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    serves: bool = False
    forwards: bool = False
    translates: str = ""
    names: tuple[str, ...] = ()
    mail: str = ""


def addresses(plans: Iterable[Plan]) -> dict[str, str]:
    """Return the name of the host behind each address that plans give, in the usual text form.

    What is no address is left out.
    """
    known = {}
    for plan in plans:
        for address in (each for found in plan.attached.values() for each in found):
            with suppress(ValueError):
                known[str(ip_address(address))] = plan.name
    return known


@dataclass(frozen=True)
class Topology:
    """The hosts by name, and the prefixes of each network by name, in the order of the file."""

    hosts: Mapping[str, Plan]
    networks: Mapping[str, tuple[str, ...]]


def topology(text: str, settings: Mapping[str, str], read: Read) -> Topology:
    """Return what the text of a ``compose.yaml`` describes, with ``${NAME}`` as ``settings`` say.

    ``read`` gives the text of a file that it extends.

    Hosts and networks are those with the lab's labels. What has another form than compose wants is
    left out: compose complains of it. Raises ComposeFailed for a text that is no YAML.
    """
    whole_file = document(text)
    services = _mapping(whole_file, "services")
    whole = [_extended(services, name, settings, read) for name in services]
    hosts = [_plan(service, settings) for service in whole]
    networks = {
        str(name): tuple(
            _filled(each.get("subnet", ""), settings)
            for each in _list(_mapping(network, "ipam"), "config")
            if isinstance(each, dict)
        )
        for name, network in _mapping(whole_file, "networks").items()
        if labels.NETWORK in _mapping(network, "labels")
    }
    return Topology({plan.name: plan for plan in hosts if plan.name}, networks)


def with_needs(names: Iterable[str], known: Mapping[str, Plan]) -> list[str]:
    """Return these hosts and those that they need, each once, needed ones first."""
    found: dict[str, None] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        plan = known.get(name)
        for need in plan.needs if plan else ():
            if need not in above:
                add(need, (*above, name))
        found[name] = None

    for name in names:
        add(name, (name,))
    return list(found)


@lru_cache(maxsize=4)
def document(text: str) -> Any:
    """Return what a text of YAML says, for readers only; raises ComposeFailed for no YAML."""
    import yaml  # noqa: PLC0415 - slow to load, and `lab exec` reads no compose.yaml

    try:
        # Both loaders are safe; the C one is missing where PyYAML was built without libyaml.
        return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        raise ComposeFailed(
            "reading compose.yaml",
            str(error).replace('"<unicode string>"', "compose.yaml"),
            "correct compose.yaml at that place; docker compose config checks it",
        ) from error


def _extended(
    services: Mapping[str, Any], name: str, settings: Mapping[str, str], read: Read, depth: int = 0
) -> Mapping[str, Any]:
    """Return a service with all that it extends."""
    own = _mapping(services, name)
    wanted = _mapping(own, "extends")
    if not wanted or depth == DEPTH:
        return {**own, **{key: pairs(own, key) for key in _MERGED}}
    beside = services
    if file := _filled(wanted.get("file", ""), settings):
        beside = _mapping(document(read(file)), "services")
    below = _extended(beside, str(wanted.get("service")), settings, read, depth + 1)
    merged = {key: {**_mapping(below, key), **pairs(own, key)} for key in _MERGED}
    return {**below, **own, **merged}


def _plan(service: Mapping[str, Any], settings: Mapping[str, str]) -> Plan:
    named = {key: _filled(value, settings) for key, value in _mapping(service, "labels").items()}
    return Plan(
        named.get(labels.HOST, ""),
        _filled(service.get("image", ""), settings).removeprefix(IMAGES).partition(":")[0]
        or "host",
        tuple(map(str, _list(service, "profiles"))),
        tuple(map(str, _list(service, "depends_on") or _mapping(service, "depends_on"))),
        {
            str(network): tuple(
                _filled(ends[key], settings)
                for key in ("ipv4_address", "ipv6_address")
                if isinstance(ends, dict) and key in ends
            )
            for network, ends in _mapping(service, "networks").items()
        },
        bool(_mapping(service, "healthcheck")),
        str(_mapping(service, "sysctls").get("net.ipv4.ip_forward", "")) == "1",
        _filled(_mapping(service, "environment").get("LAB_TRANSLATES", ""), settings),
        tuple(named.get(labels.NAMES, "").split()),
        named.get(labels.MAIL, ""),
    )


def _filled(text: Any, settings: Mapping[str, str]) -> str:
    """Return a text with ``${NAME:-default}`` replaced, as compose does."""
    return _SETTING.sub(lambda match: settings.get(match[1], match[2] or ""), str(text))


def _mapping(of: Any, key: str) -> Mapping[str, Any]:
    found = of.get(key) if isinstance(of, dict) else None
    return found if isinstance(found, dict) else {}


def pairs(of: Any, key: str) -> Mapping[str, Any]:
    """Return a mapping, which may be written as a list of ``NAME=VALUE`` or of names alone."""
    pairs = (str(each).partition("=") for each in _list(of, key))
    return _mapping(of, key) or {name: value for name, _, value in pairs}


def _list(of: Any, key: str) -> list[Any]:
    found = of.get(key) if isinstance(of, dict) else None
    return found if isinstance(found, list) else []
