"""What a reader of a page sees of routers: joints, chips, and a packet compared at each tap."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Open, arrow, click, said
from played import Play, hello
from routed import translated
from selenium.webdriver.common.by import By

pytest_plugins = ["chromium"]

CHIP = "now from 10.77.0.4:40000"


@pytest.mark.parametrize("size", [LAPTOP, PHONE, PROJECTOR])
def test_a_packet_is_compared_at_each_tap(shows: Open, size: tuple[int, int]) -> None:
    browser = shows(translated(), size=size)
    click(browser, arrow(browser, "SYN"))
    browser.find_element(By.ID, "tab-hops").click()
    place = browser.find_element(By.ID, "pane-hops")
    assert place.is_displayed()
    rows = {row.text.split("\n")[0]: row for row in place.find_elements(By.TAG_NAME, "tr")}
    named = next(row for name, row in rows.items() if name.startswith("IPv4: Source Address"))
    changed = named.find_elements(By.CSS_SELECTOR, ".changed")
    assert [each.text.split()[0] for each in changed] == ["10.77.0.4"]


def test_it_stays_open_from_packet_to_packet(shows: Open) -> None:
    browser = shows(translated())
    click(browser, arrow(browser, "SYN"))
    browser.find_element(By.ID, "tab-hops").click()
    click(browser, arrow(browser, "SYN ACK"))
    assert "10.77.3.40" in browser.find_element(By.CSS_SELECTOR, "#pane-hops table").text


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
    assert browser.find_elements(By.ID, "tab-hops") == []


def test_a_chip_shows_the_acknowledgements_of_data(shows: Open) -> None:
    play = Play()
    play.opens()
    for number in range(20):
        play.tcp("client", "PSH ACK", b"message %d" % number)
        play.tcp("server", "ACK")
    browser = shows(play)

    def drawn() -> int:
        arrows = browser.find_elements(By.CSS_SELECTOR, ".way.k-ack")
        return sum(each.is_displayed() for each in arrows)

    assert drawn() == 1
    chip = browser.find_element(By.ID, "acks")
    assert chip.text == "+ 20 ACKs of data"
    click(browser, chip)
    assert drawn() > 10
    click(browser, arrow(browser, '"message 3" 9 B'))
    assert "client → server" in said(browser)
    click(browser, chip)
    assert drawn() == 1
