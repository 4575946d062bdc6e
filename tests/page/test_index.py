"""The index of runs in a browser: from a card to the page of its run, at every size."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Sized
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
    boxes = browser.find_elements(By.CSS_SELECTOR, ".topology .box")
    known = ComposeFile(Path(__file__).parents[2]).topology({}).hosts
    assert sorted(each.text.partition("\n")[0].split()[0] for each in boxes) == sorted(known)
    rects = [each.rect for each in boxes]
    for one, other in combinations(rects, 2):
        apart = (
            one["x"] + one["width"] <= other["x"]
            or other["x"] + other["width"] <= one["x"]
            or one["y"] + one["height"] <= other["y"]
            or other["y"] + other["height"] <= one["y"]
        )
        assert apart
    for each in boxes:
        inside = "return arguments[0].scrollWidth <= arguments[0].clientWidth"
        assert browser.execute_script(inside, each)
        assert float(each.value_of_css_property("font-size").removesuffix("px")) >= 12


def test_the_map_says_which_hosts_come_up_on_demand(sized: Sized, index: Path) -> None:
    browser = sized(index, LAPTOP)
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
