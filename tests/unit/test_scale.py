"""The bench of many hosts: what it counts, its picture, and that docs/scale.md is what it found."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import bare, bringing_up, scale_page, weight
from bench.crowd import SCENARIOS, Crowd
from bench.curve import Panel, picture, ticks
from lab.errors import CouldNotJudge

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
WELL = Crowd(
    3, ready=[1.0, 2.0, 3.0], held=3 * len(SCENARIOS), played=dict.fromkeys(SCENARIOS, 1.0)
)


@pytest.mark.parametrize(
    ("text", "size"), [("0B", 0), ("812KiB", 812 << 10), (" 1.5MiB ", 3 << 19), ("what", 0)]
)
def test_sizes_are_read_as_docker_writes_them(text: str, size: int) -> None:
    assert weight.size(text) == size


@given(st.floats(1e-3, 1e6), st.integers(2, 8))
def test_ticks_begin_at_nothing_and_reach_what_is_shown(most: float, wanted: int) -> None:
    found = ticks(most, wanted)
    assert found[0] == 0
    assert found[-1] >= most * (1 - 1e-6)
    assert 1 <= len(found) - 1 <= 2 * wanted + 1


def test_the_picture_has_each_curve_within_it_and_its_name() -> None:
    panel = Panel("Up <", "s", {"lab": [(2, 1.0), (100, 40.0)], "compose & co": [(2, 2.0)]})
    drawn = ET.fromstring(picture([panel, panel]))
    wide, high = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    lines = [each.attrib["points"] for each in drawn.iter(f"{SVG}polyline")]
    assert len(lines) == 4
    for x, y in (map(float, point.split(",")) for line in lines for point in line.split()):
        assert 0 <= x <= wide
        assert 0 <= y <= high
    assert {"lab", "compose & co"} <= {each.text for each in drawn.iter(f"{SVG}text")}


@pytest.mark.parametrize(
    "amiss", [{"held": 5}, {"strangers": ["x"]}, {"failed": ["x"]}, {"left": ["x"]}]
)
def test_labs_are_well_only_where_all_held_nobody_heard_another_and_nothing_is_left(
    amiss: dict[str, object],
) -> None:
    assert WELL.is_well
    assert not replace(WELL, **amiss).is_well  # type: ignore[arg-type]


@pytest.mark.parametrize("hosts", [2, 43, 44, 100])
def test_so_many_hosts_have_numbers_of_their_own_beside_the_name_server(hosts: int) -> None:
    text = bringing_up.topology((ROOT / "compose.yaml").read_text(), hosts, named=True)
    found = [int(number) for number in re.findall(r"ipv4_address: \S+\.0\.(\d+)$", text, re.M)]
    assert len(found) == len(set(found)) == hosts + 1
    assert found[-1] == bringing_up.NAME_SERVER


def test_the_page_is_what_was_measured() -> None:
    found = json.loads((ROOT / "bench" / "scale.json").read_text())
    page = (ROOT / "docs" / "scale.md").read_text()
    assert page == scale_page.renewed(page, found)
    assert (ROOT / "docs" / "scale.svg").read_text() == scale_page.drawn(found)


def test_mininet_has_a_table_and_curves_of_its_own_where_it_was_measured() -> None:
    found = json.loads((ROOT / "bench" / "scale.json").read_text())
    took = {"up": 12.3, "run": 45.6, "down": 78.9, "memory": float(3 << 20)}
    with_it = {**found, "curve": [{**found["curve"][0], "mininet": took}]}
    without = {**found, "curve": [{**found["curve"][0], "mininet": None}]}
    assert "| 2 | 12.3 s | 45.6 s | 78.9 s | 3.0 MB |" in scale_page.tables(with_it)
    assert "Mininet up" in scale_page.drawn(with_it)
    assert "of Mininet" not in scale_page.tables(without)
    assert "Mininet" not in scale_page.drawn(without)


def test_a_command_that_does_not_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bare, "DEADLINE", 0.01)
    with pytest.raises(CouldNotJudge, match="measuring sleep 60: it had not ended"):
        bare.timed(["sleep", "60"])
    with pytest.raises(CouldNotJudge, match="measuring sleep 60: it had not ended"):
        bare.spent(["sleep", "60"])


def test_a_page_without_its_marks_is_not_overwritten() -> None:
    with pytest.raises(ValueError, match="has no <!-- measured"):
        scale_page.renewed("# Scale\n", {})
