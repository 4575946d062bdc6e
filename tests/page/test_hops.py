"""What a reader of a page sees of routers: joints, chips, and a packet compared at each tap."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Open, arrow, click
from played import hello
from routed import translated
from selenium.webdriver.common.by import By

pytest_plugins = ["chromium"]

CHIP = "now from 10.77.0.4:40000"


@pytest.mark.parametrize("size", [LAPTOP, PHONE, PROJECTOR])
def test_a_packet_is_compared_at_each_tap(shows: Open, size: tuple[int, int]) -> None:
    browser = shows(translated(), size=size)
    click(browser, arrow(browser, "SYN"))
    place = browser.find_element(By.ID, "packet-hops")
    assert place.is_displayed()
    click(browser, place.find_element(By.TAG_NAME, "summary"))
    rows = {row.text.split("\n")[0]: row for row in place.find_elements(By.TAG_NAME, "tr")}
    named = next(row for name, row in rows.items() if name.startswith("IPv4: Source Address"))
    changed = named.find_elements(By.CSS_SELECTOR, ".changed")
    assert [each.text.split()[0] for each in changed] == ["10.77.0.4"]


def test_it_stays_open_from_packet_to_packet(shows: Open) -> None:
    browser = shows(translated())
    click(browser, arrow(browser, "SYN"))
    click(browser, browser.find_element(By.CSS_SELECTOR, "#packet-hops summary"))
    click(browser, arrow(browser, "SYN ACK"))
    assert "10.77.3.40" in browser.find_element(By.CSS_SELECTOR, "#packet-hops table").text


def test_a_chip_stands_behind_its_router_and_does_not_hide_the_label(shows: Open) -> None:
    browser = shows(translated())
    chips = browser.find_elements(By.CSS_SELECTOR, ".wide .chip")
    chip = next(each for each in chips if each.text == CHIP)
    label = arrow(browser, "SYN").find_element(By.TAG_NAME, "text")
    joint = chip.find_element(By.XPATH, "..").find_element(By.TAG_NAME, "circle")
    assert chip.rect["x"] > joint.rect["x"]
    assert label.rect["x"] + label.rect["width"] < joint.rect["x"]


def test_a_run_without_routers_compares_nothing(shows: Open) -> None:
    browser = shows(hello())
    assert not browser.find_element(By.ID, "packet-hops").is_displayed()
