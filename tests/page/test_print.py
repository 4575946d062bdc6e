"""A page on paper: no sheet is blank, no packet is cut in two, and all that is folded is open."""

from __future__ import annotations

import base64

from browsing import Open
from played import Play, connected
from selenium.webdriver.common.by import By

from lab.book.pdf import sheets
from lab.story.page.lesson import Lesson

pytest_plugins = ["chromium"]

README = (
    "# Long\n\n1. Why?\n\n   <details><summary>Answer</summary>\n\n   Because.\n   </details>\n"
)


def long_talk() -> Play:
    play = connected()
    for number in range(40):
        play.tcp("client" if number % 2 else "server", "PSH ACK", b"%d bottles" % number)
        play.says("client", f"heard {number}")
    play.closes()
    return play


def test_on_paper_nothing_is_folded_blank_or_cut_in_two(shows: Open) -> None:
    browser = shows(long_talk(), lesson=Lesson("", README, {"client.py": "import socket\n"}))
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    pieces = browser.execute_script(
        "return [...document.querySelectorAll('.print-ladder svg')].map((svg) => ["
        "svg.viewBox.baseVal.y, svg.viewBox.baseVal.y + svg.viewBox.baseVal.height])"
    )
    shafts = browser.execute_script(
        "return [...document.querySelectorAll('.wide .way > .shaft')].map((line) => ["
        "line.y1.baseVal.value, line.y2.baseVal.value])"
    )
    assert len(pieces) > 1
    assert all(any(top <= y1 and y2 <= end for top, end in pieces) for y1, y2 in shafts)
    assert all(end - top <= 880 for top, end in pieces)
    assert browser.find_elements(By.CSS_SELECTOR, "main details:not([open])") == []
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert browser.find_elements(By.CSS_SELECTOR, "main details:not([open])")
    assert browser.find_elements(By.CSS_SELECTOR, ".print-ladder") == []
    told = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    drawn = sheets(base64.b64decode(told["data"]))
    assert len(drawn) > 2
    assert min(each.count(b"Tj") + each.count(b"TJ") for each in drawn) > 3


def test_a_hand_out_leaves_the_answers_out(shows: Open) -> None:
    browser = shows(long_talk(), lesson=Lesson("", README))
    browser.execute_script("window.print = () => dispatchEvent(new Event('beforeprint'))")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        answer = browser.find_element(By.CSS_SELECTOR, "#lesson details")
        browser.execute_script("document.getElementById('hand-out').click()")
        assert not answer.is_displayed()
        browser.execute_script("dispatchEvent(new Event('afterprint'))")
        browser.execute_script("document.getElementById('print').click()")
        assert answer.is_displayed()
        assert "Because." in answer.text
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
