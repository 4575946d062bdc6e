"""The map of the lab as an SVG picture that stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lab.story.map.arranged import MapHost, MapNetwork

WIDTH, HEIGHT, GAP, DROP = 190, 58, 14, 26
"""The size of a host's box, the space between two, and how far it hangs below its network."""

STYLE = """text{font:12px system-ui,sans-serif;fill:#1b1f24}.name{font-weight:700}
.wire{stroke:#0b5cad;stroke-width:4;stroke-linecap:round}.drop{stroke:#57606a;stroke-width:1.5}
.box{fill:#f6f8fa;stroke:#57606a}.demand{stroke-dasharray:5 3}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.box{fill:#161b22;stroke:#8b949e}
.wire{stroke:#58a6ff}.drop{stroke:#8b949e}}"""


def as_svg(wire: MapNetwork) -> str:
    """Return the map as a picture: networks as lines, hosts as boxes that hang from them."""
    width, height = _size(wire)
    body = "\n".join(_network(wire, GAP, GAP))
    whole = f'width="{width + 2 * GAP}" height="{height + 2 * GAP}"'
    told = 'role="img" aria-label="The networks and hosts of the lab"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {whole} {told}>\n<style>{STYLE}</style>'
    return f"{head}\n{body}\n</svg>\n"


def _size(wire: MapNetwork) -> tuple[int, int]:
    """Return the width and the height of a network with all that is below it."""
    sizes = [_host_size(place) for place in wire.places]
    width = sum(wide + GAP for wide, _ in sizes) - GAP if sizes else WIDTH
    return max(width, WIDTH), 22 + DROP + max((high for _, high in sizes), default=0)


def _host_size(place: MapHost) -> tuple[int, int]:
    sizes = [_size(each) for each in place.behind]
    wide = max(WIDTH, sum(width + GAP for width, _ in sizes) - GAP if sizes else 0)
    return wide, HEIGHT + (DROP + max(height for _, height in sizes) if sizes else 0)


def _network(wire: MapNetwork, left: int, top: int) -> Iterator[str]:
    width, _ = _size(wire)
    about = " · ".join(wire.prefixes)
    yield _text(left, top + 10, wire.name, "name", f"  {about}")
    line = top + 20
    yield f'<line class="wire" x1="{left}" y1="{line}" x2="{left + width}" y2="{line}"/>'
    at = left
    for place in wire.places:
        yield from _host(place, at, line)
        at += _host_size(place)[0] + GAP


def _host(place: MapHost, left: int, line: int) -> Iterator[str]:
    top = line + DROP
    middle = left + WIDTH // 2
    yield f'<line class="drop" x1="{middle}" y1="{line}" x2="{middle}" y2="{top}"/>'
    kind = "box demand" if place.profile else "box"
    size = f'width="{WIDTH}" height="{HEIGHT}" rx="6"'
    yield f'<rect class="{kind}" x="{left}" y="{top}" {size}/>'
    also = f" + {', '.join(place.also)}" if place.also else ""
    on_demand = " (on demand)" if place.profile else ""
    yield _text(left + 8, top + 17, place.name, "name", f"{also}{on_demand}")
    for number, address in enumerate(place.addresses):
        yield _text(left + 8, top + 33 + 16 * number, "", "name", address)
    at = left
    for each in place.behind:
        below = top + HEIGHT
        ends = f'y1="{below}" x2="{middle}" y2="{below + DROP + 20}"'
        yield f'<line class="drop" x1="{middle}" {ends}/>'
        yield from _network(each, at, below + DROP)
        at += _size(each)[0] + GAP


def _text(left: int, top: int, first: str, kind: str, rest: str) -> str:
    """Return a line of text that begins with a part of its own kind."""
    begun = f'<tspan class="{kind}">{escape(first)}</tspan>' if first else ""
    return f'<text x="{left}" y="{top}" xml:space="preserve">{begun}{escape(rest)}</text>'
