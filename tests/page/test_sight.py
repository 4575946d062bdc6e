"""In a long run the hosts' names stay in sight, and so does whatever packet is chosen."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, Open, click, press
from played import Play, connected
from selenium import webdriver
from selenium.webdriver.common.by import By

pytest_plugins = ["chromium"]

WHERE = """
const all = [...document.querySelectorAll("svg.ladder")];
const shown = all.find((each) => each.getClientRects().length);
const rect = (each) => { const box = each.getBoundingClientRect(); return [box.top, box.bottom]; };
const panel = document.getElementById("packet");
const covers = getComputedStyle(panel).position === "fixed" && panel.classList.contains("open");
const where = () => [
  rect(shown.querySelector(".heads .host")), rect(shown.querySelector(".way.chosen")),
  covers ? panel.getBoundingClientRect().top : innerHeight, shown.getBoundingClientRect().top];
// The page hears that it was scrolled with its next picture only.
requestAnimationFrame(() => requestAnimationFrame(() => arguments[0](where())));
"""


def talk(turns: int) -> Play:
    play = connected()
    for turn in range(turns):
        play.tcp("client", "ACK", b"question %d" % turn)
        play.tcp("server", "ACK", b"answer %d" % turn)
    play.closes()
    return play


def is_in_sight(browser: webdriver.Chrome) -> bool:
    """Return whether the chosen arrow is between the heads and the panel, and the ladder is cut."""
    head, chosen, below, top = browser.execute_async_script(WHERE)
    assert head[0] >= 0, "the names of the hosts are out of sight"
    assert head[1] <= chosen[0] + 1, "the names lie on the arrow"
    assert chosen[1] <= below, "the panel lies on the arrow"
    return bool(top < 0)


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_whatever_way_leads_to_a_packet_it_is_in_sight(shows: Open, size: tuple[int, int]) -> None:
    browser = shows(talk(40), size=size)
    for _ in range(60):
        press(browser, "n")
    assert is_in_sight(browser)
    for _ in range(5):
        press(browser, "p")
    assert is_in_sight(browser)
    browser.execute_script("scrollTo({ top: 0, behavior: 'instant' })")
    press(browser, "n")
    assert is_in_sight(browser)
    browser.execute_script("document.querySelectorAll('#rows tr')[70].click()")
    assert is_in_sight(browser)


def test_on_a_phone_the_panel_has_two_heights(shows: Open) -> None:
    browser = shows(talk(40), size=PHONE)
    for _ in range(20):
        press(browser, "n")
    panel = browser.find_element(By.ID, "packet")
    low = panel.rect["height"]
    click(browser, browser.find_element(By.ID, "taller"))
    assert panel.rect["height"] > low + 100
    assert is_in_sight(browser)
    click(browser, browser.find_element(By.ID, "taller"))
    assert panel.rect["height"] == low
