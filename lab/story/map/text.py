"""The map of the lab as a tree of text."""

from __future__ import annotations

from collections.abc import Iterator

from lab.story.map.arranged import MapHost, MapNetwork


def as_text(wire: MapNetwork) -> str:
    """Return the map as a tree: below a network its hosts, below a router what is behind it."""
    return "\n".join(_network(wire)) + "\n"


def _network(wire: MapNetwork) -> Iterator[str]:
    yield "  ".join((f"[{wire.name}]", *wire.prefixes))
    longest = max((len(place.name) for place in wire.places), default=0)
    for place in wire.places:
        last = place is wire.places[-1]
        yield f"{'└' if last else '├'}── {_host(place, longest)}"
        for each in place.behind:
            end = each is place.behind[-1]
            for number, line in enumerate(_network(each)):
                branch = ("└── " if end else "├── ") if number == 0 else ("    " if end else "│   ")
                yield f"{'    ' if last else '│   '}{branch}{line}"


def _host(place: MapHost, longest: int) -> str:
    on_demand = f"  (on demand: {place.profile})" if place.profile else ""
    also = f"  (also on {' and '.join(place.also)})" if place.also else ""
    return f"{place.name.ljust(longest)}  {'  '.join(place.addresses)}{also}{on_demand}"
