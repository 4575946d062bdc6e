"""A conversation that is chosen stands alone: in a ladder of its hosts, with its own bands."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Open, click
from overlaps import overlaps
from played import Play
from selenium import webdriver
from selenium.webdriver.common.by import By
from test_filter import several, write

pytest_plugins = ["chromium"]


def three() -> Play:
    """Return a run of three hosts, in which the client speaks to each of the others."""
    play = Play()
    play.tapped = ("client", "server", "dns")
    play.sees("server", "LISTEN", 15000)
    play.runs("dns", "other.py")
    play.runs("client", "client.py", "server")
    play.opens()
    play.tcp("client", "PSH ACK", b"for the server")
    play.udp("client", "dns", b"for the other")
    play.says("dns", "got it")
    play.closes()
    return play


def heads(browser: webdriver.Chrome) -> list[str]:
    """Return the names above the life lines of the ladder that is shown."""
    found = browser.find_elements(By.CSS_SELECTOR, "svg.ladder .heads .host")
    return [each.text.split("\n")[0].split("10.")[0] for each in found if each.is_displayed()]


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_a_chosen_conversation_has_a_ladder_of_its_hosts(
    shows: Open, size: tuple[int, int]
) -> None:
    browser = shows(three(), size=size)
    chip = browser.find_element(By.ID, "only-hosts")
    assert not chip.is_displayed()
    whole = heads(browser)
    assert sorted(whole) == ["client", "dns", "server"]
    for number, other in ((0, "server"), (1, "dns")):
        two = [host for host in whole if host in ("client", other)]
        click(browser, browser.find_element(By.CSS_SELECTOR, f"[data-talk='{number}'] button"))
        assert heads(browser) == two
        assert overlaps(browser) == []
        assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]
        across = "const box = shownLadder().parentNode; return box.scrollWidth - box.clientWidth"
        assert browser.execute_script(across) <= 0
        click(browser, chip)
        assert heads(browser) == whole
        click(browser, chip)
        assert heads(browser) == two
        click(browser, browser.find_element(By.ID, "filter-clear"))
        assert heads(browser) == whole
        assert not chip.is_displayed()


def test_several_that_are_chosen_have_all_of_their_hosts(shows: Open) -> None:
    browser = shows(three())
    for number in (0, 1):
        click(browser, browser.find_element(By.CSS_SELECTOR, f"[data-talk='{number}'] button"))
    assert sorted(heads(browser)) == ["client", "dns", "server"]
    browser.execute_script("choose(0, { show: true })")
    write(browser, "udp")
    click(browser, browser.find_element(By.CSS_SELECTOR, "[data-talk='0'] button"))
    assert heads(browser) == ["client", "dns"]


def test_a_run_of_two_hosts_has_one_ladder_only(shows: Open) -> None:
    browser = shows(several())
    assert browser.find_elements(By.CSS_SELECTOR, "[data-group]") == []
    assert browser.find_elements(By.ID, "only-hosts") == []


def states(browser: webdriver.Chrome) -> set[str]:
    """Return the states whose bands can be seen in the ladder."""
    found = browser.find_elements(By.CSS_SELECTOR, ".wide .band")
    seen = [each for each in found if each.is_displayed()]
    return {str(each.get_dom_attribute("class")).split()[1].removeprefix("s-") for each in seen}


def test_a_filter_keeps_the_bands_of_what_is_left_and_of_listening_sockets(shows: Open) -> None:
    play = several()
    play.sees("server", "LISTEN", 80)
    play.tcp("client", "ACK", ports=(40000, 80))
    browser = shows(play)
    talks = "return [...new Set([...document.querySelectorAll('.wide .band:not(.out)')]"
    talks += ".map((each) => each.dataset.talk ?? ''))].sort()"
    assert browser.execute_script(talks) == ["", "0", "1"]
    write(browser, "tcp.port==15000")
    assert browser.execute_script(talks) == ["", "1"]
    assert {"LISTEN", "ESTABLISHED"} <= states(browser)


def test_a_pill_counts_what_the_filter_leaves_of_it(shows: Open) -> None:
    browser = shows(several(data=60))
    pills = browser.find_elements(By.CSS_SELECTOR, ".wide [data-opens]")
    before = [each.text for each in pills]
    write(browser, "tcp.port==80")
    left = [each for each in pills if each.is_displayed()]
    assert left
    inside = 0
    for pill in left:
        words = pill.text.split()
        assert words[0] == "▸"
        assert (words[2], words[4], words[5]) == ("of", "packets", "show")
        inside += int(words[1])
        assert pill.accessible_name == f"{words[1]} of {words[3]} packets"
    ways = browser.find_elements(By.CSS_SELECTOR, ".wide .way:not(.out)")
    assert inside + len(ways) == 65
    click(browser, left[0])
    assert left[0].text.split()[-1] == "hide"
    click(browser, left[0])
    click(browser, browser.find_element(By.ID, "filter-clear"))
    assert [each.text for each in pills] == before


def test_the_bands_of_an_opened_fold_move_with_what_the_filter_leaves(shows: Open) -> None:
    browser = shows(several(data=60))
    click(browser, browser.find_elements(By.CSS_SELECTOR, ".wide [data-opens]")[0])
    write(browser, "tcp.port==80 spam")
    spans = "const box = (each) => each.getBoundingClientRect();"
    spans += "const piece = document.querySelector('.wide .piece');"
    spans += "return [[...piece.querySelectorAll('.band:not(.out)')].map((each) => box(each)),"
    spans += " [...piece.querySelectorAll('.way:not(.out) .shaft')].map((each) => box(each))]"
    bands, ways = browser.execute_script(spans)
    assert bands
    last = max(each["bottom"] for each in ways)
    assert max(each["bottom"] for each in bands) < last + 60
    assert max(each["bottom"] for each in bands) > last - 60
