"""What compose.yaml says of the hosts: their images, which are always there, what each needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lab.hosts.docker import labels

_SERVICE = re.compile(r"^  [\w-]+:[ ]*$", re.MULTILINE)
_NAME = re.compile(rf"^[^#\n]*\b{re.escape(labels.HOST)}: *([\w-]+)", re.MULTILINE)
_NEEDS = re.compile(r"^ +depends_on: *\[([^\]]*)\]", re.MULTILINE)
_IMAGE = re.compile(r"^ +image: *socketlab/([\w-]+)", re.MULTILINE)
_PROFILE = re.compile(r"^ +profiles: *\[([\w-]+)", re.MULTILINE)


@dataclass(frozen=True)
class Plan:
    """A host as compose.yaml has it.

    One with a ``profile`` is brought up only where it is asked for; ``needs`` names the hosts
    without which it is cut off from the others. ``image`` is the lab's image that it runs.
    """

    name: str
    image: str
    profile: str | None
    needs: tuple[str, ...]


def plans(text: str) -> dict[str, Plan]:
    """Return the plan of each host in the text of ``compose.yaml``, by name, in its order."""
    starts = [match.start() for match in _SERVICE.finditer(text)]
    usual = _IMAGE.search(text[: starts[0]] if starts else text)
    found: dict[str, Plan] = {}
    for start, end in zip(starts, [*starts, len(text)][1:], strict=True):
        block = text[start:end]
        name = _NAME.search(block)
        if name is None:
            continue
        needs, profile = _NEEDS.search(block), _PROFILE.search(block)
        image = _IMAGE.search(block) or usual
        found[name[1]] = Plan(
            name[1],
            image[1] if image else "host",
            profile[1] if profile else None,
            tuple(re.findall(r"[\w-]+", needs[1])) if needs else (),
        )
    return found


def with_needs(names: Iterable[str], known: dict[str, Plan]) -> list[str]:
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
