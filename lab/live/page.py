"""The live page as it is at first: the map, what can be run, an empty ladder."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lab.errors import LabError
from lab.live.hindered import AWAY, OWN
from lab.scenario import catalogue
from lab.story.map.arranged import MapNetwork, arranged
from lab.story.page.render import SCRIPTS
from lab.story.page.template import asset, digest, fill
from lab.story.steps.player import body, script

if TYPE_CHECKING:
    from lab.live.live import Live

OF_A_RUN = ("data.js", "fields.js", "headers.js", "filter.js", "player.js")
"""The scripts of a run's page that the live page uses as they are."""

TERMINAL = ("xterm.js", "addon-fit.js")
"""The scripts of others."""

WHOLE = "whole.js"
"""All the lab's own scripts in one file: where a network of the machine changes, as each lab that
comes up does, Chromium gives up what it has not got yet, and half of a page's scripts are none."""

SCRIPTS_HERE = (
    *OF_A_RUN,
    *(
        "keep.js",
        "notices.js",
        "map.js",
        "arrows.js",
        "bands.js",
        "scroll.js",
        "panel.js",
        "sift.js",
        "terminals.js",
        "walk.js",
    ),
    *("faults.js", "doing.js", "follow.js"),
)
"""The page's scripts in their order: each needs only what stands before it, or what is called."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("lab.live", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(live: Live, *, touches: bool, root: bool) -> str:
    """Return the page; one that only looks has nothing that could be touched."""
    topology = live.lab.topology
    wire = arranged(topology.networks, topology.hosts.values())
    return (
        _environment()
        .get_template("live.html")
        .render(
            map=Markup(fill("topology.html", wire=wire)) if wire else "",  # noqa: S704 - escaped there
            bar=fill("packet-bar.html"),
            player=body("No step has been taken yet."),
            scripts=(*TERMINAL, WHOLE),
            touches=touches,
            root=root,
            scenarios=_scenarios(live),
            chosen=live.chosen,
            links=_routed(wire),
            own_links=[
                (host.name, network)
                for host in topology.hosts.values()
                for network in host.attached
            ],
            own=OWN,
            away=AWAY,
            hosts=list(topology.hosts),
            data={
                **{
                    each: []
                    for each in ("packets", "words", "shapes", "captures", "talks", "talkOf")
                },
                "order": list(topology.hosts),
                "touches": touches,
                "began": live.ladder.began_ns / 1e6,
            },
        )
    )


@cache
def policies() -> dict[str, str]:
    """Return the policies of pages of runs: their own scripts, by digest, and no others.

    A page that an older lab made is shown without its script.
    """
    whole = Markup("").join(asset(f"{each}.js") for each in SCRIPTS)
    known = [digest(each) for each in (whole, asset("index.js"), script())]
    allowed = " ".join(f"'sha256-{each}'" for each in known)
    return {
        "/out/": f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }


def _scenarios(live: Live) -> list[str]:
    """Return the names of the scenarios that can be run."""
    try:
        return [folder.name for folder in catalogue.folders(live.clone.scenarios)]
    except LabError:
        return []


def _routed(wire: MapNetwork | None) -> list[str]:
    """Return the networks that a router is on: only routers lose packets."""
    found: dict[str, Any] = {}
    for place in wire.everywhere if wire else ():
        if wire is not None and place in wire.places and place.behind:
            found[wire.name] = None
        found |= dict.fromkeys(each.name for each in place.behind)
    return list(found)
