"""The one reader of ``compose.yaml``: its hosts and its networks as plain values.

PyYAML takes 12 ms to load, and its C loader reads the lab's own file in 3 ms, once a process.
Regular expressions were quicker, but each knew only one of YAML's ways to write a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lab.errors import ComposeFailed
from lab.hosts.docker import labels

IMAGES = "socketlab/"
"""What the names of the lab's own images begin with."""

_SETTING = re.compile(r"\$\{(\w+)(?::?-([^}]*))?\}")


@dataclass(frozen=True)
class Plan:
    """A host as ``compose.yaml`` has it.

    One with ``profiles`` is brought up only where it is asked for; ``needs`` names the hosts
    without which it is cut off from the others. ``image`` is the lab's image that it runs.
    ``attached`` has its addresses by network. One that ``serves`` has daemons, and a health check.
    """

    name: str
    image: str = "host"
    profiles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    serves: bool = False


@dataclass(frozen=True)
class Topology:
    """The hosts by name, and the prefixes of each network by name, in the order of the file."""

    hosts: Mapping[str, Plan]
    networks: Mapping[str, tuple[str, ...]]


def topology(text: str, settings: Mapping[str, str]) -> Topology:
    """Return what the text of a ``compose.yaml`` describes, with ``${NAME}`` as ``settings`` say.

    Hosts and networks are those with the lab's labels. What has another form than compose wants is
    left out: compose complains of it. Raises ComposeFailed for a text that is no YAML.
    """
    document = _document(text)
    hosts = [_plan(service, settings) for service in _mapping(document, "services").values()]
    networks = {
        str(name): tuple(
            _filled(each.get("subnet", ""), settings)
            for each in _list(_mapping(network, "ipam"), "config")
            if isinstance(each, dict)
        )
        for name, network in _mapping(document, "networks").items()
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
def _document(text: str) -> Any:
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


def _plan(service: Any, settings: Mapping[str, str]) -> Plan:
    networks = _mapping(service, "networks")
    image = _filled(service.get("image", ""), settings) if isinstance(service, dict) else ""
    return Plan(
        str(_mapping(service, "labels").get(labels.HOST, "")),
        image.removeprefix(IMAGES).partition(":")[0] or "host",
        tuple(map(str, _list(service, "profiles"))),
        tuple(map(str, _list(service, "depends_on") or _mapping(service, "depends_on"))),
        {
            str(network): tuple(
                _filled(ends[key], settings)
                for key in ("ipv4_address", "ipv6_address")
                if isinstance(ends, dict) and key in ends
            )
            for network, ends in networks.items()
        },
        bool(_mapping(service, "healthcheck")),
    )


def _filled(text: Any, settings: Mapping[str, str]) -> str:
    """Return a text with ``${NAME:-default}`` replaced, as compose does."""
    return _SETTING.sub(lambda match: settings.get(match[1], match[2] or ""), str(text))


def _mapping(of: Any, key: str) -> Mapping[str, Any]:
    found = of.get(key) if isinstance(of, dict) else None
    return found if isinstance(found, dict) else {}


def _list(of: Any, key: str) -> list[Any]:
    found = of.get(key) if isinstance(of, dict) else None
    return found if isinstance(found, list) else []
