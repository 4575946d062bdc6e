"""What a reader of a story page sees, and what happens after clicks and keys, in a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from browsing import (
    DESKTOP,
    LAPTOP,
    PHONE,
    PROJECTOR,
    Open,
    arrow,
    bring,
    click,
    fields,
    letters,
    press,
    said,
)
from played import hello, timeline_of, transfer
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.observation.evidence import Pointer
from lab.observation.verdict import Outcome, Verdict
from lab.story.page.lesson import Lesson
from lab.wire.address import Family

pytest_plugins = ["chromium"]

HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
)


def test_the_page_shows_the_hosts_the_packets_and_what_was_printed(shows: Open) -> None:
    browser = shows(hello())
    ladder = browser.find_element(By.CSS_SELECTOR, ".wide svg").text
    for word in (
        "client",
        "10.77.0.20",
        "SYN ACK",
        '"Hello World" 11 B',
        "│ Goodbye",
        "ESTABLISHED",
    ):
        assert word in ladder


def test_a_click_on_an_arrow_takes_its_packet_apart(shows: Open) -> None:
    browser = shows(hello())
    click(browser, arrow(browser, '"Hello World" 11 B'))
    assert 'client → server: "Hello World" 11 B' in said(browser)
    assert fields(browser)["Destination Port"] == "15000"
    assert fields(browser)["Time to Live"] == "64"
    assert {name for name in ("SYN", "ACK", "PSH", "FIN") if fields(browser)[name] == "1"} == {
        "ACK",
        "PSH",
    }
    assert fields(browser)["Sequence Number"] == "1001 (relative 1)"
    assert "Hello World" in browser.find_element(By.CSS_SELECTOR, ".field.data").text
    assert "Hello World" in letters(browser, ".letter")


def test_a_header_is_drawn_thirty_two_bits_a_row(shows: Open) -> None:
    browser = shows(hello())
    click(browser, arrow(browser, "SYN"))
    tops = {}
    for each in browser.find_elements(
        By.CSS_SELECTOR, "[aria-label^='TCP header'] .field[aria-label]"
    ):
        tops[each.get_dom_attribute("aria-label").split(":")[0]] = each.rect
    assert tops["Source Port"]["y"] == tops["Destination Port"]["y"] < tops["Sequence Number"]["y"]
    assert tops["Sequence Number"]["width"] > 1.9 * tops["Window"]["width"]


def test_a_field_and_its_bytes_light_up_together_both_ways(shows: Open) -> None:
    browser = shows(hello())
    click(browser, arrow(browser, "SYN"))
    port = browser.find_element(By.CSS_SELECTOR, ".field[aria-label='Destination Port: 15000']")
    ActionChains(browser).move_to_element(port).perform()
    assert letters(browser, ".byte.lit") == f"{15000:04x}"
    assert "Destination Port = 15000" in browser.find_element(By.ID, "field").text
    byte = browser.find_element(By.CSS_SELECTOR, ".byte[data-at='23']")
    bring(browser, byte)
    ActionChains(browser).move_to_element(byte).perform()
    assert "Protocol = 6 (TCP)" in browser.find_element(By.ID, "field").text
    lit = browser.find_element(By.CSS_SELECTOR, ".field.lit[aria-label]")
    assert lit.get_dom_attribute("aria-label") == "Protocol: 6 (TCP)"


def test_keys_go_to_the_next_packet_and_back(shows: Open) -> None:
    browser = shows(hello(), size=DESKTOP)
    assert "SYN" in said(browser)
    press(browser, "n")
    assert "server → client: SYN ACK" in said(browser)
    press(browser, "n", "n", "p")
    assert said(browser).endswith("client → server: ACK")


def test_the_ladder_is_one_stop_for_the_tab_key_and_arrow_keys_walk_along_it(shows: Open) -> None:
    browser = shows(hello())
    stops = browser.find_elements(By.CSS_SELECTOR, ".wide .way[tabindex='0']")
    assert len(stops) == 1
    browser.execute_script("arguments[0].focus()", stops[0])
    press(browser, Keys.ARROW_DOWN)
    assert browser.switch_to.active_element.accessible_name.count("server to client: SYN ACK") == 1
    assert "SYN ACK" in said(browser)


def test_an_arrow_tells_a_screen_reader_who_sent_what_to_whom(shows: Open) -> None:
    browser = shows(hello())
    first = arrow(browser, '"Hello World" 11 B')
    assert first.aria_role == "button"
    assert 'client to server: "Hello World" 11 B; relative seq 1, ack 1' in first.accessible_name


def test_the_table_tells_all_packets_those_that_are_not_drawn_among_them(shows: Open) -> None:
    browser = shows(hello())
    table = browser.find_element(By.CSS_SELECTOR, "#packets table").text
    assert "A? server.ipv4.lab.test" in table
    rows = browser.find_elements(By.CSS_SELECTOR, "#rows tr")
    assert len(rows) == 12
    click(browser, rows[0].find_element(By.TAG_NAME, "a"))
    assert "client → dns" in said(browser)


def test_a_fold_opens_and_shuts_by_click_and_by_key(shows: Open) -> None:
    browser = shows(transfer(60))
    fold = browser.find_element(By.CSS_SELECTOR, ".wide [data-opens]")
    height = browser.find_element(By.CSS_SELECTOR, ".wide svg").rect["height"]

    def arrows() -> int:
        return len(browser.find_elements(By.CSS_SELECTOR, ".wide .way"))

    shut = arrows()
    click(browser, fold)
    assert arrows() > shut + 50
    assert browser.find_element(By.CSS_SELECTOR, ".wide svg").rect["height"] > height + 500
    assert fold.get_dom_attribute("aria-expanded") == "true"
    browser.execute_script("arguments[0].focus()", fold)
    press(browser, Keys.ENTER)
    assert arrows() == shut
    assert browser.find_element(By.CSS_SELECTOR, ".wide svg").rect["height"] == pytest.approx(
        height
    )


def test_a_failed_expectation_says_what_was_seen_and_leads_to_the_packet(shows: Open) -> None:
    play = hello()
    play.tcp("client", "RST ACK")
    verdicts = [
        Verdict("test_the_server_answers", Outcome.FAILS, "expected b'x'\nsaw nothing"),
        Verdict("test_it_opens", Outcome.HOLDS),
    ]
    browser = shows(play, verdicts=verdicts)
    told = browser.find_element(By.ID, "verdicts")
    assert "does not hold: the server answers" in told.text
    assert "saw nothing" in told.text
    click(browser, told.find_element(By.PARTIAL_LINK_TEXT, "RST"))
    assert "RST ACK" in said(browser)


def test_a_field_lights_up_with_what_it_is_called_in_the_other_version(shows: Open) -> None:
    twin = timeline_of(hello(Family.IPV6).observation())
    lesson = Lesson("The same over IPv4 and IPv6")
    browser = shows(hello(), lesson=lesson, sister=twin)
    pair = browser.find_element(By.ID, "versions")
    lives = pair.find_element(By.CSS_SELECTOR, "[aria-label^='Time to Live: 64']")
    assert lives.get_dom_attribute("aria-label") == "Time to Live: 64, now Hop Limit"
    bring(browser, lives)
    ActionChains(browser).move_to_element(lives).perform()
    lit = pair.find_elements(By.CSS_SELECTOR, ".lit[aria-label]")
    assert [each.get_dom_attribute("title") for each in lit] == [
        "Time to Live: 64",
        "Hop Limit: 64",
    ]
    left, right = (each.rect for each in pair.find_elements(By.CSS_SELECTOR, ".bits"))
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]


def test_the_versions_are_folded_away_where_the_scenario_is_about_something_else(
    shows: Open,
) -> None:
    browser = shows(hello(), sister=timeline_of(hello(Family.IPV6).observation()))
    pair = browser.find_element(By.ID, "versions")
    assert not pair.find_element(By.CSS_SELECTOR, ".bits").is_displayed()
    click(browser, pair.find_element(By.TAG_NAME, "summary"))
    assert pair.find_element(By.CSS_SELECTOR, ".bits").is_displayed()


def test_a_printed_line_leads_to_the_line_of_the_source_that_printed_it(shows: Open) -> None:
    play = hello()
    play.lines["client"] = [
        replace(line, source=number) for number, line in enumerate(play.lines["client"], start=2)
    ]
    source = "import socket\nprint(one)\nprint(two)\nprint(three)\n"
    browser = shows(play, lesson=Lesson("Hello", "", {"client.py": source}))
    assert "│ Goodbye :3" in browser.find_element(By.CSS_SELECTOR, ".wide svg").text
    click(browser, browser.find_element(By.LINK_TEXT, "client.py:3"))
    line = browser.find_element(By.CSS_SELECTOR, ".l:target")
    assert line.text == "print(two)"


def test_each_failed_expectation_leads_to_its_own_arrow_or_line_in_the_ladder(shows: Open) -> None:
    verdicts = [
        Verdict("test_one", Outcome.FAILS, "", 0, (Pointer("client", packet=4, due="RST ACK"),)),
        Verdict("test_two", Outcome.FAILS, "", 0, (Pointer("client", program=0, line=1),)),
        Verdict("test_three", Outcome.FAILS, "", 0, (Pointer("server", program=0, line=1),)),
    ]
    browser = shows(hello(), verdicts=verdicts)
    one, two, three = browser.find_elements(By.CSS_SELECTOR, "#verdicts .places")
    assert "✗1" in one.text
    assert "SYN ACK; should have been RST ACK" in one.text
    click(browser, two.find_element(By.TAG_NAME, "a"))
    found = browser.find_element(By.CSS_SELECTOR, ".wide .found")
    assert found.text == "│ Goodbye  ✗2"
    assert browser.execute_script("return arguments[0].getBoundingClientRect().top >= 0", found)
    click(browser, one.find_element(By.TAG_NAME, "a"))
    assert "SYN ACK" in said(browser)
    assert browser.find_element(By.CSS_SELECTOR, ".wide .found").text == "SYN ACK ✗1"
    click(browser, three.find_element(By.TAG_NAME, "a"))
    assert "printed no more  ✗3" in browser.find_element(By.CSS_SELECTOR, ".wide .found").text


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_the_page_never_scrolls_sideways(shows: Open, size: tuple[int, int]) -> None:
    browser = shows(hello(), size=size)
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= size[0]


def test_on_a_phone_two_hosts_fit_and_more_can_be_read(shows: Open) -> None:
    fits = "const box = document.querySelector('.slim'); return box.scrollWidth <= box.clientWidth"
    assert shows(hello(), size=PHONE).execute_script(fits)
    play = hello()
    play.tapped = ("client", "server", "dns")
    play.runs("dns", "dns.py")
    scale = "const r = document.querySelector('.slim svg'); return r.getBoundingClientRect().width"
    browser = shows(play, size=PHONE)
    width = browser.find_element(By.CSS_SELECTOR, ".slim svg").get_dom_attribute("width")
    assert browser.execute_script(scale) == float(str(width))
    assert browser.execute_script("return document.documentElement.scrollWidth") <= PHONE[0]


def test_on_a_phone_the_packet_comes_up_when_asked_for_and_goes_away(shows: Open) -> None:
    browser = shows(hello(), size=PHONE)
    panel = browser.find_element(By.ID, "packet")
    assert not panel.is_displayed()
    click(browser, arrow(browser, "SYN ACK"))
    assert panel.is_displayed()
    assert "SYN ACK" in said(browser)
    browser.find_element(By.ID, "close").click()
    assert not panel.is_displayed()


def test_a_hostile_program_is_shown_and_not_obeyed(shows: Open) -> None:
    play = hello()
    play.runs("client", "client.py", HOSTILE)
    play.says("client", HOSTILE)
    play.tcp("client", "PSH ACK", HOSTILE.encode())
    verdicts = [Verdict("test_it", Outcome.FAILS, HOSTILE)]
    browser = shows(play, verdicts=verdicts)
    assert browser.title == "played over IPv4"
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert HOSTILE in browser.find_element(By.ID, "programs").text
    for _ in range(14):
        press(browser, "n")
    assert "</script>" in said(browser)
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert browser.title == "played over IPv4"


def test_ten_thousand_packets_can_be_read_to_the_last(shows: Open) -> None:
    browser = shows(transfer(10_000), size=DESKTOP)
    summary = browser.find_element(By.CSS_SELECTOR, "#packets summary")
    assert "10006 packets" in summary.text
    click(browser, summary)
    more = browser.find_element(By.ID, "more")
    click(browser, more)
    rows = browser.find_elements(By.CSS_SELECTOR, "#rows tr")
    assert len(rows) == 600
    browser.execute_script("choose(10005)")
    assert "The capture file has it" in browser.find_element(By.ID, "packet-headers").text


def test_the_fields_of_ipv6_are_there_as_well(shows: Open) -> None:
    browser = shows(hello(Family.IPV6))
    click(browser, arrow(browser, "SYN"))
    assert fields(browser)["Hop Limit"] == "64"
    assert fields(browser)["Source Address"] == "fd00:10:77::10"
