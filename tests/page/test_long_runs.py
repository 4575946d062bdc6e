"""A long run in a browser: the whole of it at a glance, and every packet within reach."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, Open, bring, click, press, said
from played import Play, transfer
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.story.page.ladder import layout

pytest_plugins = ["chromium"]


def arrows(browser: webdriver.Chrome) -> list[str]:
    found = browser.find_elements(By.CSS_SELECTOR, ".wide .way")
    return [str(each.get_dom_attribute("data-packet")) for each in found]


def pieces(browser: webdriver.Chrome) -> list[int]:
    found = browser.find_elements(By.CSS_SELECTOR, ".wide .piece .way")
    return [int(str(each.get_dom_attribute("data-packet"))) for each in found]


def test_a_fold_of_thousands_opens_in_pieces_and_shuts(shows: Open) -> None:
    browser = shows(transfer(2000))
    fold = browser.find_element(By.CSS_SELECTOR, ".wide [data-opens]")
    shut = arrows(browser)
    height = browser.find_element(By.CSS_SELECTOR, ".wide svg").rect["height"]
    click(browser, fold)
    assert len(arrows(browser)) == len(shut) + 200
    assert browser.find_element(By.CSS_SELECTOR, ".wide svg").rect["height"] > height + 3000
    (more,) = browser.find_elements(By.CSS_SELECTOR, ".wide [data-piece]")
    assert "more" in more.text
    first = pieces(browser)
    click(browser, more)
    assert len(arrows(browser)) == len(shut) + 200
    assert pieces(browser)[0] == first[0] + 200
    before, _ = browser.find_elements(By.CSS_SELECTOR, ".wide [data-piece]")
    assert "200 before these" in before.text
    browser.execute_script("arguments[0].focus()", fold)
    press(browser, Keys.ENTER)
    assert arrows(browser) == shut
    assert browser.find_element(By.CSS_SELECTOR, ".wide svg").rect["height"] == height


def test_a_packet_of_an_opened_piece_is_taken_apart_and_keys_walk_on(shows: Open) -> None:
    browser = shows(transfer(500))
    click(browser, browser.find_element(By.CSS_SELECTOR, ".wide [data-opens]"))
    click(browser, browser.find_elements(By.CSS_SELECTOR, ".wide .piece .way text")[7])
    chosen = browser.find_element(By.CSS_SELECTOR, ".wide .chosen")
    number = int(str(chosen.get_dom_attribute("data-packet")))
    assert f"Packet {number + 1} of" in browser.find_element(By.ID, "packet-title").text
    press(browser, "n")
    assert f"Packet {number + 2} of" in browser.find_element(By.ID, "packet-title").text
    assert "400 B of data" in said(browser)


def test_the_overview_leads_to_the_packet_wherever_it_is_hidden(shows: Open) -> None:
    browser = shows(transfer(3000))
    strip = browser.find_element(By.ID, "overview")
    assert strip.aria_role == "slider"
    bars = strip.find_elements(By.CSS_SELECTOR, "[data-bar]")
    bar = bars[len(bars) // 2]
    number = str(bar.get_dom_attribute("data-bar"))
    click(browser, bar)
    arrow = browser.find_element(By.CSS_SELECTOR, ".wide .way.found")
    assert arrow.get_dom_attribute("data-packet") == number
    assert arrow.is_displayed()
    top = browser.execute_script("return arguments[0].getBoundingClientRect().top", arrow)
    assert 0 < top < 900


def test_the_overview_is_walked_by_keys(shows: Open) -> None:
    browser = shows(transfer(400))
    strip = browser.find_element(By.ID, "overview")
    browser.execute_script("arguments[0].focus()", strip)
    press(browser, Keys.END, Keys.ARROW_LEFT)
    assert "ms: " in str(strip.get_dom_attribute("aria-valuetext"))
    assert int(str(strip.get_dom_attribute("aria-valuenow"))) > 5
    press(browser, Keys.ENTER)
    assert browser.find_elements(By.CSS_SELECTOR, ".wide .way.found")


def test_a_shut_fold_opens_for_a_packet_that_the_overview_leads_to(shows: Open) -> None:
    browser = shows(transfer(100))
    assert browser.find_elements(By.CSS_SELECTOR, ".wide [data-opens]")
    bars = browser.find_elements(By.CSS_SELECTOR, "#overview [data-bar]")
    click(browser, bars[len(bars) // 2])
    assert browser.find_element(By.CSS_SELECTOR, ".wide .way.found").is_displayed()


def test_a_short_run_has_no_overview(shows: Open) -> None:
    browser = shows(transfer(5))
    assert browser.find_elements(By.ID, "overview") == []


def test_on_a_phone_a_long_run_does_not_scroll_sideways(shows: Open) -> None:
    browser = shows(transfer(1000), size=PHONE)
    fold = browser.find_element(By.CSS_SELECTOR, ".slim [data-opens]")
    bring(browser, fold)
    click(browser, fold)
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= PHONE[0]


ARROWS = """
return [...document.querySelectorAll(arguments[0])].map((arrow) => {
  const copy = arrow.cloneNode(true);
  copy.classList.remove("chosen", "found");
  for (const each of [copy, ...copy.children])
    for (const name of ["data-a", "data-b", "y1", "y2", "transform", "tabindex", "aria-pressed"])
      each.removeAttribute(name);
  return [...copy.attributes].map((each) => `${each.name}=${each.value}`).sort().join(" ")
    + [...copy.children].map((each) => each.outerHTML).join("");
});
"""
"""Arrows as text, without what depends on where they stand and on which one is chosen."""


def mixed() -> Play:
    """Return a long run of two connections with all that an arrow can show."""
    play = transfer(10)
    for number in range(220):
        ports = (40001 + number % 2, 15000)
        words = b"number %d, too long to be told in full on its way" % number
        play.tcp("client", "PSH ACK", words, ports=ports)
        play.tcp("client", "ACK", b"\x80" * 300, ports=ports, lost=number % 7 == 3)
        play.tcp("server", "ACK", b"\x80" * 30, ports=ports, again=number % 5 == 1)
    return play


@pytest.mark.parametrize("box", ["wide", "slim"])
def test_an_opened_fold_shows_what_a_ladder_without_folds_does(
    shows: Open, monkeypatch: pytest.MonkeyPatch, box: str
) -> None:
    size = LAPTOP if box == "wide" else PHONE
    browser = shows(mixed(), size=size)
    opened = []
    for fold in browser.find_elements(By.CSS_SELECTOR, f".{box} [data-opens]"):
        click(browser, fold)
        while True:
            opened += browser.execute_script(ARROWS, f".{box} .piece .way")
            more = browser.find_elements(By.CSS_SELECTOR, f".{box} [data-piece]")
            if not more or "more" not in more[-1].text:
                break
            click(browser, more[-1])
        click(browser, fold)
    monkeypatch.setattr(layout, "fold", list)
    shows(mixed(), size=size)
    whole = set(browser.execute_script(ARROWS, f".{box} .way"))
    assert len(opened) > 500
    for part in ("k-data bad lost", "lost on the way", ">#2 ", ">#3 "):
        assert any(part in arrow for arrow in opened)
    assert [arrow for arrow in opened if arrow not in whole] == []
