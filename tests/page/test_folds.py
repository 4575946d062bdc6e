"""A fold is a pill across the wires that opens; nothing lies under it, no arrow through words."""

from __future__ import annotations

import played
import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Open, arrow, click
from overlaps import overlaps
from played import Play, connected, transfer
from selenium.webdriver.common.by import By

pytest_plugins = ["chromium"]


def busy() -> Play:
    """Return a long run of two connections in which both programs print much, some of it long."""
    play = transfer(30)
    for number in range(300):
        ports = (40001 + number % 2, 15000)
        play.tcp(
            "client", "PSH ACK", b"number %d of many, and a few words more" % number, ports=ports
        )
        play.says("server", f"got number {number} from a client that says more than fits in a line")
        play.tcp("server", "ACK", b"\x80" * 30, ports=ports, again=number % 50 == 7)
        if number % 40 == 39:
            play.says("client", "a line of the client's, between the others, as long as can be")
            play.wait(900)
    return play


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_nothing_lies_under_a_fold_and_no_arrow_through_printed_words(
    shows: Open, size: tuple[int, int]
) -> None:
    browser = shows(busy(), size=size)
    assert overlaps(browser) == []
    box = ".slim" if size == PHONE else ".wide"
    folds = browser.find_elements(By.CSS_SELECTOR, f"{box} [data-opens]")
    assert folds
    for fold in folds:
        click(browser, fold)
    assert len(browser.find_elements(By.CSS_SELECTOR, f"{box} .piece .way")) > 100
    assert overlaps(browser) == []


@pytest.mark.parametrize(("size", "box"), [(PHONE, ".slim"), (LAPTOP, ".wide")])
def test_a_fold_is_a_pill_that_says_how_much_it_hides_and_opens(
    shows: Open, size: tuple[int, int], box: str
) -> None:
    browser = shows(transfer(1906), size=size)
    (fold,) = browser.find_elements(By.CSS_SELECTOR, f"{box} [data-opens]")
    assert fold.text == "▸ 1,903 packets · 190.2 ms   show"
    assert "1,903 data segments client → server, 761 kB" in fold.accessible_name
    pill = fold.find_element(By.TAG_NAME, "rect").rect
    words = fold.find_element(By.TAG_NAME, "text").rect
    assert pill["x"] < words["x"]
    assert words["x"] + words["width"] < pill["x"] + pill["width"] <= size[0]
    click(browser, fold)
    assert fold.text == "▾ 1,903 packets · 190.2 ms   hide"
    click(browser, fold)
    assert fold.text.startswith("▸")


def test_an_opened_fold_begins_with_a_table_of_its_connections(shows: Open) -> None:
    play = connected()
    for number in range(300):
        ports = (40000 + number % 2, 15000)
        play.tcp("client", "ACK", b"\x80" * 100, ports=ports)
    browser = shows(play)
    click(browser, browser.find_element(By.CSS_SELECTOR, ".wide [data-opens]"))
    (table,) = browser.find_elements(By.CSS_SELECTOR, ".wide .piece .connections")
    rows = [each.text.split() for each in table.find_elements(By.TAG_NAME, "tspan")]
    assert [row[:6] for row in rows] == [
        ["#1", "client", "40000", "⇄", "server", "15000"],
        ["#2", "client", "40001", "⇄", "server", "15000"],
    ]
    assert [row[7:9] for row in rows] == [["packets,", "15"], ["packets,", "15"]]


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_a_long_flight_goes_around_what_is_printed_and_folded_meanwhile(
    shows: Open, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    play = connected()
    monkeypatch.setattr(played, "ON_THE_WAY_NS", 90_000_000)
    play.tcp("client", "ACK", b"slow")
    monkeypatch.setattr(played, "ON_THE_WAY_NS", 20_000)
    for number in range(3):
        play.wait(5)
        play.says("client", f"line {number} that the client prints while it waits for nobody")
        play.says("server", f"line {number} that the server prints meanwhile, as long as can be")
    for _ in range(12):
        play.tcp("server", "PSH ACK", b"\x80" * 30)
    play.wait(90)
    play.closes()
    browser = shows(play, size=size)
    look = ".slim" if size == PHONE else ".wide"
    assert browser.find_elements(By.CSS_SELECTOR, f"{look} [data-opens]")
    assert overlaps(browser) == []
    slow = arrow(browser, '"slow" 4 B')
    (drop,) = slow.find_elements(By.CSS_SELECTOR, ".drop")
    tip = slow.find_element(By.CSS_SELECTOR, ".tip")
    assert abs(tip.rect["y"] - drop.rect["y"] - drop.rect["height"]) < 8
    click(browser, browser.find_element(By.CSS_SELECTOR, f"{look} [data-opens]"))
    assert abs(tip.rect["y"] - drop.rect["y"] - drop.rect["height"]) < 8
    assert overlaps(browser) == []
