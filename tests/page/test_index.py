"""The index of runs in a browser: from a card to the page of its run, at every size."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Sized, click
from played import hello, timeline_of
from selenium.webdriver.common.by import By

from lab.clone import Clone
from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.observation.verdict import Outcome, Verdict
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.suite import publish
from lab.wire.address import Family

pytest_plugins = ["chromium"]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """The index of a clone with one scenario that ran over both IP versions."""
    root = Path(__file__).parents[2]
    (tmp_path / "compose.yaml").symlink_to(root / "compose.yaml")
    clone = Clone(tmp_path)
    placed = root / "scenarios" / "tcp_connect"
    scenario = Scenario(client=Program("client.py"), part="B", lectures=[9])
    scenario = scenario.placed(placed, "TCP connect: a client opens a connection")
    observed = {family: hello(family).observation("tcp_connect") for family in Family}
    outcomes = {Family.IPV4: Outcome.HOLDS, Family.IPV6: Outcome.FAILS}
    for family, sister in ((Family.IPV4, Family.IPV6), (Family.IPV6, Family.IPV4)):
        folder = clone.results("tcp_connect", family.value)
        verdicts = [Verdict("test_it", outcomes[family], "saw something else")]
        timeline = timeline_of(observed[family], verdicts)
        publish.keep(folder, timeline)
        beside = replace(timeline, sister=timeline_of(observed[sister]))
        publish.write_page(folder, beside, scenario)
    return publish.write_index(clone)


def test_a_card_leads_to_the_page_of_its_run_and_back(sized: Sized, index: Path) -> None:
    browser = sized(index, LAPTOP)
    assert "1 of 2 runs hold" in browser.find_element(By.TAG_NAME, "header").text
    browser.find_element(By.PARTIAL_LINK_TEXT, "IPv6: 0 of 1").click()
    assert "does not hold: it" in browser.find_element(By.ID, "verdicts").text
    browser.find_element(By.LINK_TEXT, "The same over IPv4").click()
    assert "1 of 1 expectation holds" in browser.find_element(By.TAG_NAME, "header").text
    browser.find_element(By.LINK_TEXT, "All runs").click()
    assert browser.title == "Socket Lab: all runs"


def test_a_scenario_is_found_by_a_word_a_part_a_lecture_and_what_failed(
    sized: Sized, index: Path
) -> None:
    known = {
        "tcp_client": ("TCP client", "B", [7], "HOLDS"),
        "udp_large": ("UDP large", "C", [3], "HOLDS"),
        "aside": ("Aside", "", [], "HOLDS"),
    }
    for name, (heading, part, lectures, outcome) in known.items():
        folder = index.parent / name / "ipv4"
        folder.mkdir(parents=True)
        short = json.loads((index.parent / "tcp_connect" / "ipv4" / "card.json").read_text())
        about = {"scenario": name, "heading": heading, "title": f"About {heading}"}
        placed = {"part": part, "lectures": lectures, "outcome": outcome}
        (folder / "card.json").write_text(json.dumps({**short, **about, **placed}))
    browser = sized(publish.write_index(Clone(index.parent.parent)), PHONE)

    def cards() -> list[str]:
        found = browser.find_elements(By.CSS_SELECTOR, ".card h3")
        return [each.text for each in found if each.is_displayed()]

    def chip(text: str) -> None:
        click(browser, browser.find_element(By.XPATH, f"//button[starts-with(., '{text}')]"))

    assert cards() == ["TCP connect", "TCP client", "UDP large", "Aside"]
    assert len(browser.find_elements(By.TAG_NAME, "h1")) == 1
    box = browser.find_element(By.ID, "words")
    box.send_keys("udp dataGRAMS")
    assert cards() == ["UDP large"]
    assert browser.find_element(By.ID, "found").text == "1 of 4 scenarios"
    box.send_keys("x")
    assert cards() == []
    box.clear()
    chip("Not all hold (1)")
    assert cards() == ["TCP connect"]
    chip("Not all hold")
    chip("Lecture 7")
    assert cards() == ["TCP client"]
    chip("Part C")
    assert cards() == []
    chip("Lecture 3")
    assert cards() == ["UDP large"]
    assert [each["message"] for each in browser.get_log("browser")] == []  # type: ignore[no-untyped-call]


def test_the_lesson_stands_on_the_page_with_its_programs_and_captures(
    sized: Sized, index: Path
) -> None:
    browser = sized(index.parent / "tcp_connect" / "ipv4" / "page.html", LAPTOP)
    assert "Think about it" in browser.find_element(By.ID, "lesson").text
    assert "socket.create_connection" in browser.find_element(By.ID, "sources").text
    link = browser.find_element(By.LINK_TEXT, "client.pcap")
    assert link.get_dom_attribute("href") == "client.pcap"
    assert (index.parent / "tcp_connect" / "ipv4" / "client.pcap").is_file()
    assert "lab run tcp_connect --ipv4" in browser.find_element(By.ID, "made").text


def test_a_page_stands_beside_its_like_over_the_other_version(sized: Sized, index: Path) -> None:
    browser = sized(index.parent / "tcp_connect" / "ipv6" / "page.html", LAPTOP)
    assert "IPv4 and IPv6, side by side" in browser.find_element(By.ID, "versions").text


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_every_host_stands_on_the_map_by_itself_and_can_be_read(
    sized: Sized, index: Path, size: tuple[int, int]
) -> None:
    browser = sized(index, size)
    assert not browser.find_element(By.CLASS_NAME, "topology").is_displayed()
    browser.find_element(By.CSS_SELECTOR, "summary").click()
    boxes = browser.find_elements(By.CSS_SELECTOR, ".topology .box")
    known = ComposeFile(Path(__file__).parents[2]).topology({}).hosts
    assert sorted(each.text.split()[0] for each in boxes) == sorted(known)
    rects = [each.rect for each in boxes]
    for one, other in combinations(rects, 2):
        apart = (
            one["x"] + one["width"] <= other["x"]
            or other["x"] + other["width"] <= one["x"]
            or one["y"] + one["height"] <= other["y"]
            or other["y"] + other["height"] <= one["y"]
        )
        assert apart
    if size == PHONE:  # one bus a network: each host hangs from the same line
        for bus in browser.find_elements(By.CSS_SELECTOR, ".wire > ul"):
            on_it = bus.find_elements(By.CSS_SELECTOR, ":scope > li > .box")
            assert len({each.rect["x"] for each in on_it}) == 1
    for each in boxes:
        inside = "return arguments[0].scrollWidth <= arguments[0].clientWidth"
        assert browser.execute_script(inside, each)
        assert float(each.value_of_css_property("font-size").removesuffix("px")) >= 12


def test_the_map_says_which_hosts_come_up_on_demand(sized: Sized, index: Path) -> None:
    browser = sized(index, LAPTOP)
    browser.find_element(By.CSS_SELECTOR, "summary").click()
    always, asked = (
        browser.find_element(By.CSS_SELECTOR, f".topology [data-host={name}]")
        for name in ("client", "remote")
    )
    assert always.value_of_css_property("border-top-style") == "solid"
    assert asked.value_of_css_property("border-top-style") == "dashed"
    assert "comes up where a scenario asks for it" in browser.find_element(By.TAG_NAME, "main").text
    below = asked.rect["y"]
    router = browser.find_element(By.CSS_SELECTOR, ".topology [data-host=router]")
    assert below > router.rect["y"]


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_neither_index_nor_lesson_scrolls_sideways(
    sized: Sized, index: Path, size: tuple[int, int]
) -> None:
    for path in (index, index.parent / "tcp_connect" / "ipv6" / "page.html"):
        browser = sized(path, size)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]
