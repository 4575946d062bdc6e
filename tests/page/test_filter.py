"""Many conversations: a waterfall above the ladder that filters it, and a box for words."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Open, click, press
from overlaps import overlaps
from played import Play
from selenium import webdriver
from selenium.webdriver.common.by import By

pytest_plugins = ["chromium"]

HTTP, ECHO = (40000, 80), (40001, 15000)


def several(data: int = 1) -> Play:
    """Return two connections of one client, one of which is reset, to different services."""
    play = Play()
    play.runs("server", "server.py")
    play.runs("client", "client.py", "server")
    for ports in (HTTP, ECHO):
        play.tcp("client", "SYN", ports=ports)
        play.tcp("server", "SYN ACK", ports=ports)
        play.tcp("client", "ACK", ports=ports)
        for _ in range(data):
            play.tcp("client", "PSH ACK", b"lovely spam for all", ports=ports)
        play.wait(50)
    play.tcp("client", "PSH ACK", b"only an eel", ports=ECHO)
    play.tcp("server", "FIN ACK", ports=HTTP)
    play.tcp("client", "FIN ACK", ports=HTTP)
    play.tcp("server", "RST ACK", ports=ECHO)
    return play


def labels(browser: webdriver.Chrome) -> list[str]:
    found = browser.find_elements(By.CSS_SELECTOR, "svg.ladder .way:not(.out)")
    return [each.text for each in found if each.is_displayed()]


def write(browser: webdriver.Chrome, words: str) -> str:
    """Write words into the box, and return what the page says."""
    box = browser.find_element(By.ID, "filter")
    box.clear()
    box.send_keys(words)
    return browser.find_element(By.ID, "filtered").text


def test_a_waterfall_tells_the_conversations_and_how_they_ended(shows: Open) -> None:
    browser = shows(several())
    rows = browser.find_elements(By.CSS_SELECTOR, "#conversations [data-talk]")
    told = [[each.text for each in row.find_elements(By.TAG_NAME, "td")] for row in rows]
    assert [(row[0], row[1], row[2], row[7]) for row in told] == [
        ("#1", "client", "server TCP 80", "closed"),
        ("#2", "client", "server TCP 15000", "reset"),
    ]
    assert [row[6] for row in told] == ["19 B", "30 B"]
    one, two = (row.find_element(By.TAG_NAME, "rect").rect for row in rows)
    assert one["x"] < two["x"]
    assert one["width"] > two["width"]


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_a_conversation_that_is_chosen_is_all_that_the_ladder_shows(
    shows: Open, size: tuple[int, int]
) -> None:
    browser = shows(several(), size=size)
    whole = len(labels(browser))
    svg = next(
        each for each in browser.find_elements(By.CSS_SELECTOR, "svg.ladder") if each.is_displayed()
    )
    high = svg.rect["height"]
    chip = browser.find_element(By.CSS_SELECTOR, "[data-talk='1'] button")
    click(browser, chip)
    assert chip.get_dom_attribute("aria-pressed") == "true"
    assert {each[:2] for each in labels(browser)} == {"#2"}
    assert "#1" not in svg.text
    assert svg.rect["height"] < high
    assert overlaps(browser) == []
    click(browser, chip)
    assert len(labels(browser)) == whole
    assert svg.rect["height"] == pytest.approx(high)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]


def test_the_box_understands_a_port_a_host_and_a_word_of_the_data(shows: Open) -> None:
    browser = shows(several())
    assert write(browser, "tcp.port==80").startswith("6 of 12")
    assert {each[:2] for each in labels(browser)} == {"#1"}
    assert write(browser, "tcp.port==15000 eel").startswith("1 of 12")
    assert labels(browser) == ['#2 "only an eel" 11 B']
    assert write(browser, "ip.addr==10.77.0.20").startswith("12 of 12")
    assert write(browser, "server").startswith("12 of 12")
    assert write(browser, "udp").startswith("0 of 12")
    assert '"tcp.flags==2" is not understood' in write(browser, "tcp.flags==2")
    write(browser, "eel")
    rows = browser.find_elements(By.CSS_SELECTOR, "#rows tr:not([hidden])")
    assert len(rows) == 1
    click(browser, browser.find_element(By.ID, "filter-clear"))
    assert len(labels(browser)) == 12


def test_a_service_is_a_chip_and_keys_stay_within_what_is_shown(shows: Open) -> None:
    browser = shows(several())
    chip = browser.find_element(By.CSS_SELECTOR, "[data-service='server TCP 15000']")
    assert chip.text == "server TCP 15000 × 1"
    click(browser, chip)
    assert {each[:2] for each in labels(browser)} == {"#2"}
    for _ in range(3):
        press(browser, "n")
        assert int(browser.find_element(By.ID, "packet-title").text.split()[1]) in (5, 6, 7, 8)
    browser.execute_script("choose(0, { show: true })")
    assert len(labels(browser)) == 12


def test_a_fold_that_is_open_is_filtered_too(shows: Open) -> None:
    browser = shows(several(data=60))
    for fold in browser.find_elements(By.CSS_SELECTOR, ".wide [data-opens]"):
        click(browser, fold)
    assert write(browser, "tcp.port==80").startswith("65 of 130")
    assert len(labels(browser)) == 65
    assert overlaps(browser) == []


def test_a_run_of_one_conversation_has_no_waterfall(shows: Open) -> None:
    play = Play()
    play.opens()
    browser = shows(play)
    assert browser.find_elements(By.ID, "conversations") == []
