"""The index: every run by part, with its outcome and thumbnail; and the map of the lab."""

from __future__ import annotations

from html.parser import HTMLParser

import places
import pytest
from played import Play, hello, timeline_of

from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.observation.verdict import Outcome, Verdict
from lab.story.map.arranged import MapNetwork, arranged
from lab.story.page.index.card import HEIGHT, WIDTH, card, is_card
from lab.story.page.index.render import drawn, render_index

HOLDS, FAILS = Verdict("test_it", Outcome.HOLDS), Verdict("test_it", Outcome.FAILS)


class Text(HTMLParser):
    """Collects a page's elements and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words = f"{self.words} {data.strip()}" if data.strip() else self.words


def the_map(**settings: str) -> MapNetwork:
    """Return the map of the lab's own topology."""
    known = ComposeFile(places.ROOT).topology(settings)
    wire = arranged(known.networks, known.hosts.values())
    assert wire is not None
    return wire


def told(play: Play, *verdicts: Verdict, **about: object) -> dict[str, object]:
    observation = play.observation()
    short = card(timeline_of(observation, verdicts))
    known = {"title": "A title", "part": "B", "lectures": [9], "page": "played/ipv4/page.html"}
    return {**short, **known, **about}


def test_every_run_is_listed_under_its_part_with_its_outcome() -> None:
    cards = [told(hello(), HOLDS), told(hello(), HOLDS, FAILS, scenario="other", part="C")]
    words = Text(render_index(cards, None, {"B": "Streams", "C": "Datagrams"})).words
    assert words.index("Part B: Streams") < words.index("Part C: Datagrams")
    assert "IPv4: 1 of 1" in words
    assert "IPv4: 1 of 2" in words
    assert "1 of 2 runs hold" in words
    assert "1 does not hold" in words


def test_scenarios_stand_in_the_courses_own_order_under_titles_of_their_own() -> None:
    cards = [
        told(hello(), scenario="b_first", heading="The beginning"),
        told(hello(), scenario="a_second"),
        told(hello(), scenario="unknown", title="Of my own"),
    ]
    page = Text(render_index(cards, None, {"B": "Streams"}, ["b_first", "a_second"]))
    places = [page.words.index(each) for each in ("The beginning", " a_second", "Of my own")]
    assert places == sorted(places)


def test_an_inconclusive_run_is_listed_as_such_and_not_by_its_count() -> None:
    unsure = Verdict("test_it", Outcome.INCONCLUSIVE)
    words = Text(render_index([told(hello(), unsure)], None, {"B": "Streams"})).words
    assert "IPv4: could not be judged" in words
    assert "IPv4: 0 of 1" not in words


def test_a_thumbnail_has_a_stroke_for_each_packet_within_its_frame() -> None:
    short = told(hello())
    strokes = short["strokes"]
    assert isinstance(strokes, list)
    assert len(strokes) == 10
    assert all(0 <= x <= WIDTH for stroke in strokes for x in (stroke[0], stroke[2]))
    assert all(0 <= y <= HEIGHT for stroke in strokes for y in (stroke[1], stroke[3]))


def test_what_a_scenario_says_of_itself_is_text_in_the_index() -> None:
    page = Text(render_index([told(hello(), title="<script>x</script><img src=x>")], None, {}))
    assert page.tags.count("script") == 1  # the index's own
    assert "img" not in page.tags
    assert "<script>x</script>" in page.words


def test_without_any_run_the_index_says_how_to_make_some() -> None:
    assert "make lab" in Text(render_index([], None, {})).words


def test_the_map_has_the_addresses_that_are_set() -> None:
    wire = the_map(LAB_PREFIX="10.99")
    places = {place.name: place for place in wire.everywhere}
    assert {"client", "server", "dns"} <= places.keys()
    assert places["server"].addresses[0] == "10.99.0.20"
    assert "10.99.0.20" in drawn(wire)


def test_every_host_is_on_the_map_once_and_those_on_demand_are_marked() -> None:
    wire = the_map()
    names = [place.name for place in wire.everywhere]
    known = ComposeFile(places.ROOT).topology({}).hosts
    assert sorted(names) == sorted(known)
    for place in wire.everywhere:
        assert bool(place.profile) == bool(known[place.name].profiles)


def test_what_is_behind_a_router_hangs_from_it() -> None:
    wire = the_map()
    router = next(place for place in wire.places if place.name == "router")
    assert [place.name for place in router.behind[0].everywhere] == ["router2", "remote"]


def test_a_lab_without_networks_has_no_map() -> None:
    assert arranged({}, []) is None


@pytest.mark.parametrize(
    "about",
    [{"outcome": "WELL"}, {"family": 4}, {"strokes": [5]}, {"duration": "1"}, {"lectures": None}],
)
def test_a_card_that_somebody_has_changed_stands_on_no_index(about: dict[str, object]) -> None:
    assert is_card(told(hello(), HOLDS))
    assert not is_card(told(hello(), HOLDS, **about))
    assert not is_card([])
