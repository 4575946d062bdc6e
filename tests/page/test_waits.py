"""A reader sees where a program waits, and which call sent a packet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from browsing import LAPTOP, PHONE, Open, arrow, click
from played import hello, traced_hello, transfer
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from lab.observation.calls.call import Call, Socket

pytest_plugins = ["chromium"]


def bars(ladder: WebElement) -> list[WebElement]:
    """Return the bars of the waits in a ladder."""
    return ladder.find_elements(By.CSS_SELECTOR, ".s-WAITS")


def test_the_panel_and_a_screen_reader_say_which_call_sent_a_packet(shows: Open) -> None:
    browser = shows(traced_hello())
    chosen = arrow(browser, '"Hello World" 11 B')
    sent_by = "sent by send('Hello World') of client.py"
    assert sent_by in (chosen.get_attribute("aria-label") or "")
    click(browser, chosen)
    assert sent_by in browser.find_element(By.ID, "packet-place").text


@pytest.mark.parametrize(("size", "look"), [(LAPTOP, ".wide"), (PHONE, ".slim")])
def test_a_bar_stands_beside_the_life_line_and_says_what_waits(
    shows: Open, size: tuple[int, int], look: str
) -> None:
    browser = shows(traced_hello(), size=size)
    ladder = browser.find_element(By.CSS_SELECTOR, look)
    connect, receive = bars(ladder)
    for bar, said in ((connect, "waits in connect "), (receive, "waits in recv ")):
        title = bar.find_element(By.CSS_SELECTOR, "title").get_attribute("textContent") or ""
        assert title.startswith(said)
        assert bar.rect["height"] > 10
        assert 0 < bar.rect["x"] < size[0]
        assert bar.rect["width"] < 5
    assert connect.rect["y"] + connect.rect["height"] <= receive.rect["y"] + 1


def test_the_calls_of_a_program_are_a_table_below_it(shows: Open) -> None:
    browser = shows(traced_hello())
    calls = browser.find_element(By.CSS_SELECTOR, "details.calls")
    click(browser, calls.find_element(By.TAG_NAME, "summary"))
    rows = [row.text for row in calls.find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert len(rows) == 4
    assert "connect(10.77.0.20:15000) line 3 0" in rows[0]
    assert "'Hello Yourself'" in rows[2]


def test_a_page_of_a_run_without_a_tracer_has_no_bars(shows: Open) -> None:
    browser = shows(hello())
    assert bars(browser.find_element(By.TAG_NAME, "main")) == []
    assert "thin bar" not in browser.find_element(By.ID, "story").text


def test_a_bar_in_an_opened_fold_says_what_waits(shows: Open) -> None:
    play = transfer(120)
    times = [each.time_ns for each in play.observation().packets("client")]
    client = play.transcripts["client"]
    made = Call("recv", (), b"hello", None, times[50], times[60], 7, 7, Socket(2, "tcp"))
    play.transcripts["client"] = replace(client, made=(made,), traced=True)
    browser = shows(play)
    ladder = browser.find_element(By.CSS_SELECTOR, ".wide")
    assert bars(ladder) == []
    click(browser, ladder.find_element(By.CSS_SELECTOR, ".gap"))
    (bar,) = bars(ladder)
    said = bar.find_element(By.TAG_NAME, "title").get_property("textContent")
    assert str(said).startswith("waits in recv 1.0 ms: recv() → 'hello'")
