"""The map of the lab as a Mermaid flowchart, for a README or a wiki that draws those."""

from __future__ import annotations

from collections.abc import Iterator

from lab.story.map.arranged import MapNetwork


def as_mermaid(wire: MapNetwork) -> str:
    """Return the map as a flowchart: networks are round, hosts on demand have dashed borders."""
    lines = ["flowchart TB", "    classDef ondemand stroke-dasharray: 4 3"]
    return "\n".join((*lines, *_network(wire))) + "\n"


def _network(wire: MapNetwork) -> Iterator[str]:
    about = "<br>".join((f"<b>{wire.name}</b>", *wire.prefixes))
    yield f'    net_{_id(wire.name)}(["{about}"])'
    for place in wire.places:
        told = "<br>".join((f"<b>{place.name}</b>", *place.addresses))
        dashed = ":::ondemand" if place.profile else ""
        yield f'    net_{_id(wire.name)} --- {_id(place.name)}["{told}"]{dashed}'
        yield from (f"    {_id(place.name)} --- net_{_id(each)}" for each in place.also)
        for each in place.behind:
            yield from _network(each)
            yield f"    {_id(place.name)} --- net_{_id(each.name)}"


def _id(name: str) -> str:
    return name.replace("-", "_")
