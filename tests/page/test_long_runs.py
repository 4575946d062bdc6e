"""A long run in a browser: the whole of it at a glance, and every packet within reach."""

from __future__ import annotations

from browsing import PHONE, Open, bring, click, press, said
from played import Play
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytest_plugins = ["chromium"]


def transfer(segments: int) -> Play:
    play = Play()
    play.runs("server", "server.py")
    play.runs("client", "client.py", "server")
    play.opens()
    for _ in range(segments):
        play.tcp("client", "ACK", b"\x80" * 400)
    play.closes()
    return play


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
