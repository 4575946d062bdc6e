"""The map of the lab as text, as a picture and as Mermaid: every host is there, once."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import places
import pytest

from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.hosts.docker.compose.file import Plan
from lab.story.map.arranged import MapNetwork, arranged
from lab.story.map.mermaid import as_mermaid
from lab.story.map.picture import as_svg
from lab.story.map.text import as_text

LAB = ComposeFile(places.ROOT).topology({})


@pytest.fixture(scope="module")
def wire() -> MapNetwork:
    found = arranged(LAB.networks, LAB.hosts.values())
    assert found is not None
    return found


def test_each_host_stands_once_on_the_map_with_its_addresses(wire: MapNetwork) -> None:
    lines = as_text(wire).splitlines()
    for name, plan in LAB.hosts.items():
        (line,) = (line for line in lines if re.search(rf"── {name} ", line))
        assert any(" ".join(given) in re.sub(" +", " ", line) for given in plan.attached.values())


def test_what_is_behind_a_router_hangs_below_it(wire: MapNetwork) -> None:
    lines = as_text(wire).splitlines()
    router, middle, router2, far, remote = (
        next(n for n, line in enumerate(lines) if mark in line)
        for mark in ("── router ", "[middle]", "── router2 ", "[far]", "── remote ")
    )
    assert [router + 1, router2 + 1, far + 1] == [middle, far, remote]
    depth = [lines[n].index(mark) for n, mark in ((router, "router"), (middle, "["), (far, "["))]
    assert depth == sorted(set(depth))


def test_a_second_way_to_a_network_is_drawn_too() -> None:
    ends = {"a": ("10.77.0.4",), "c": ("10.77.2.4",)}
    chain = [
        Plan("one", attached={"a": ("10.77.0.2",), "b": ("10.77.1.2",)}),
        Plan("two", attached={"b": ("10.77.1.3",), "c": ("10.77.2.3",)}),
    ]
    wire = arranged(dict.fromkeys("abc", ()), [*chain, Plan("straight", attached=ends)])
    assert wire is not None
    (line,) = (line for line in as_text(wire).splitlines() if "straight" in line)
    assert line.endswith("10.77.0.4  (also on c)")
    assert "    straight --- net_c" in as_mermaid(wire).splitlines()
    assert " + c" in as_svg(wire)


def test_the_flowchart_names_each_host_and_network_once(wire: MapNetwork) -> None:
    drawn = as_mermaid(wire)
    for name in (*LAB.hosts, *LAB.networks):
        assert drawn.count(f"<b>{name}</b>") == 1


def test_the_picture_is_one_that_stands_alone_and_nothing_hangs_out_of_it(wire: MapNetwork) -> None:
    picture = ElementTree.fromstring(as_svg(wire))
    width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
    boxes = [each for each in picture.iter() if each.tag.endswith("rect")]
    assert len(boxes) == len(LAB.hosts)
    places_of = set()
    for box in boxes:
        left, top = float(box.attrib["x"]), float(box.attrib["y"])
        assert left + float(box.attrib["width"]) <= width
        assert top + float(box.attrib["height"]) <= height
        places_of.add((left, top))
    assert len(places_of) == len(boxes)
