"""The panel beside the picture: code, lesson, hops; and how the keyboard gets into it and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from browsing import DESKTOP, LAPTOP, PHONE, PROJECTOR, Open, arrow, click, press, said
from played import traced_hello
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.story.page.lesson import Lesson

pytest_plugins = ["chromium"]

CLIENT = """import socket

with socket.create_connection(("server", 15000)) as connection:
    connection.sendall(b"Hello World")
    print(connection.recv(100))
"""
README = """# TCP hello

1. **The handshake** <!-- see: server sends SYN ACK --> comes first.
2. **The end.** <!-- see: client prints b'' -->

<!-- story: ipv4 -->

```text
client ──▶ server
```
"""
LESSON = Lesson("Two greet", README, {"client.py": CLIENT, "server.py": "import socket\n"})


def test_the_code_and_the_lesson_stand_beside_the_picture(shows: Open) -> None:
    play = traced_hello()
    lines = [replace(line, source=5) for line in play.lines["client"][:1]]
    play.lines["client"][:1] = lines
    browser = shows(play, lesson=LESSON)
    assert [each.text for each in browser.find_elements(By.TAG_NAME, "h1")] == ["TCP hello"]
    click(browser, arrow(browser, '"Hello World" 11 B'))
    origin = browser.find_element(By.ID, "packet-origin")
    assert origin.text.startswith("Sent by sendall, client.py:4 (inferred")
    assert origin.find_element(By.TAG_NAME, "a").value_of_css_property("font-style") == "italic"
    click(browser, origin.find_element(By.TAG_NAME, "a"))
    code = browser.find_element(By.ID, "pane-code")
    sent = code.find_element(By.CSS_SELECTOR, ".l.sent").text
    assert sent.strip() == 'connection.sendall(b"Hello World")'
    assert "Inferred" in code.text
    click(browser, arrow(browser, "SYN ACK ❶"))
    assert code.find_elements(By.CSS_SELECTOR, ".l.sent") == []
    printed = "//*[@class='wide']//*[text()='│ Hello Yourself']"
    click(browser, browser.find_element(By.XPATH, printed))
    sent = code.find_element(By.CSS_SELECTOR, ".l.sent").text
    assert sent.strip() == "print(connection.recv(100))"
    browser.find_element(By.ID, "tab-code").send_keys(Keys.ARROW_RIGHT)
    lesson = browser.find_element(By.ID, "pane-lesson")
    assert lesson.is_displayed()
    assert not code.is_displayed()
    assert "The handshake 1 comes first" in lesson.text
    assert "──▶" not in browser.find_element(By.TAG_NAME, "main").text
    click(browser, lesson.find_element(By.CSS_SELECTOR, ".badge"))
    assert "SYN ACK" in said(browser)
    assert arrow(browser, "SYN ACK ❶").get_dom_attribute("aria-pressed") == "true"
    seen = browser.find_elements(By.CSS_SELECTOR, ".see a")
    assert [each.text for each in seen] == ["1 The handshake", "2 The end"]
    click(browser, seen[1])
    assert browser.find_element(By.CSS_SELECTOR, ".wide .found").text.startswith("│ b''  ❷")


def test_where_one_of_several_lines_sent_a_packet_all_are_marked_and_none_is_lit(
    shows: Open,
) -> None:
    play = traced_hello()
    client = play.transcripts["client"]
    made = tuple(replace(each, lines=(4, 5) if each.name == "send" else ()) for each in client.made)
    play.transcripts["client"] = replace(client, made=made)
    browser = shows(play, lesson=LESSON)
    click(browser, arrow(browser, '"Hello World" 11 B'))
    origin = browser.find_element(By.ID, "packet-origin")
    assert origin.text == "Sent by sendall, client.py:4 or 5 (inferred: it was one of these lines)"
    click(browser, origin.find_elements(By.TAG_NAME, "a")[1])
    marked = browser.find_elements(By.CSS_SELECTOR, "#pane-code .l.sent.perhaps")
    assert len(marked) == 2
    assert {each.value_of_css_property("outline-style") for each in marked} == {"dashed"}


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_enter_leads_into_the_panel_and_escape_back_to_the_arrow(
    shows: Open, size: tuple[int, int]
) -> None:
    browser = shows(traced_hello(), size=size, lesson=LESSON)
    browser.execute_script("arguments[0].focus()", arrow(browser, "SYN"))
    press(browser, Keys.ENTER)
    focused = "const id = document.activeElement.id; return id"
    assert browser.execute_script(focused) == "packet"
    assert browser.find_element(By.ID, "packet").is_displayed()
    press(browser, Keys.ESCAPE)
    back = browser.switch_to.active_element
    assert str(back.get_dom_attribute("class")).startswith("way")
    assert "SYN" in back.accessible_name


def test_keys_of_one_letter_can_be_switched_off(shows: Open) -> None:
    browser = shows(traced_hello())
    press(browser, "n")
    before = said(browser)
    box = browser.find_element(By.ID, "single-keys")
    click(browser, box)
    press(browser, "n")
    assert said(browser) == before
    click(browser, box)
    press(browser, "n")
    assert said(browser) != before


def test_the_fields_are_one_stop_with_arrow_keys_inside_and_say_what_they_are_for(
    shows: Open,
) -> None:
    browser = shows(traced_hello())
    click(browser, arrow(browser, "SYN"))
    stops = browser.find_elements(By.CSS_SELECTOR, "#packet-headers [tabindex='0']")
    assert len(stops) == 1
    browser.execute_script("arguments[0].focus()", stops[0])
    press(browser, Keys.END, Keys.HOME)
    while "Source Port" not in browser.switch_to.active_element.accessible_name:
        press(browser, Keys.ARROW_RIGHT)
    press(browser, Keys.ARROW_DOWN)
    assert browser.switch_to.active_element.accessible_name == "Sequence Number: 1000 (relative 0)"
    assert len(browser.find_elements(By.CSS_SELECTOR, "#packet-headers [tabindex='0']")) == 1
    told = browser.find_element(By.ID, "field").text
    assert "is the number of the first byte of data here" in told
    assert "(RFC 9293, 3.1)" in told
    press(browser, Keys.ARROW_UP)
    assert browser.switch_to.active_element.accessible_name.startswith("Source Port")
    outline = browser.switch_to.active_element.value_of_css_property("outline-style")
    assert outline == "solid"
    cells = browser.find_elements(By.CSS_SELECTOR, "[aria-label^='TCP header'] .field.small")
    assert [each.text.replace("\n", "") for each in cells if each.rect["width"] < 20]
    marks = browser.find_elements(By.CSS_SELECTOR, ".ruler")[-1].find_elements(By.TAG_NAME, "span")
    assert [each.text for each in marks] == ["0", "8", "16", "24", "31"]
    port = browser.find_element(By.CSS_SELECTOR, "[aria-label^='Destination Port']")
    assert abs(marks[2].rect["x"] - port.rect["x"]) < 3


def test_the_legend_names_what_occurs_and_two_arrows_the_time_between_them(shows: Open) -> None:
    browser = shows(traced_hello(), size=DESKTOP)
    legend = browser.find_element(By.CSS_SELECTOR, ".colours").text
    for words in ("listening", "established", "closing", "a program waits in a call", "data"):
        assert words in legend
    assert "sent again" not in legend
    assert "DNS" not in legend
    assert browser.find_element(By.CSS_SELECTOR, ".wide .heads .clock").text == "ms"
    click(browser, arrow(browser, "SYN"))
    click(browser, arrow(browser, "SYN ACK"))
    between = browser.find_element(By.ID, "packet-between").text
    assert between.startswith("Δt 0.100 ms after packet")
    ActionChains(browser).move_to_element(arrow(browser, '"Hello World" 11 B')).perform()
    pointed = browser.find_element(By.ID, "pointed-between")
    assert pointed.is_displayed()
    assert "Δt 0.200 ms after packet" in pointed.text


BROKEN = """
const letters = (name) => {
  const range = document.createRange();
  range.selectNodeContents(name);
  return [...range.getClientRects()];
};
const cut = (name) => {
  const cell = name.closest(".field").getBoundingClientRect();
  return letters(name).some((each) => each.left < cell.left - 0.5 || each.right > cell.right + 0.5);
};
const lines = (name) => new Set(letters(name).map((each) => Math.round(each.top))).size;
const torn = (name) => lines(name) > name.textContent.split(" ").length;
const names = [...document.querySelectorAll("#packet-headers .name")];
return names.filter((name) => cut(name) || torn(name)).map((name) => name.textContent);
"""
"""The names of fields that their cells cut off, or tear to pieces within a word."""


@pytest.mark.parametrize("size", [PHONE, (900, 800), LAPTOP, (1360, 860), PROJECTOR])
def test_no_name_of_a_field_is_cut_or_torn(shows: Open, size: tuple[int, int]) -> None:
    browser = shows(traced_hello(), size=size)
    click(browser, arrow(browser, "SYN"))
    names = [each.text for each in browser.find_elements(By.CSS_SELECTOR, ".field .name")]
    assert {"Version", "Data Offset", "Window"} <= set(names)
    assert browser.execute_script(BROKEN) == []


@pytest.mark.parametrize(("width", "over"), [(1359, True), (1260, True), (1360, False)])
def test_below_1360_pixels_the_panel_lies_over_the_page(
    shows: Open, width: int, over: bool
) -> None:
    browser = shows(traced_hello(), size=(width, 860))
    panel, story = (browser.find_element(By.ID, name) for name in ("packet", "story"))
    assert panel.is_displayed() is not over
    wide = story.rect["width"]
    click(browser, arrow(browser, "SYN ACK"))
    assert panel.is_displayed()
    assert story.rect["width"] == wide
    assert (wide > width - 60) is over
    assert panel.value_of_css_property("position") == ("fixed" if over else "sticky")
    press(browser, Keys.ESCAPE)
    assert panel.is_displayed() is not over


def test_badges_of_one_thing_to_see_say_it_once(shows: Open) -> None:
    readme = README.replace("comes first.", "comes first. <!-- see: client sends ACK -->")
    browser = shows(traced_hello(), lesson=Lesson("Two greet", readme, LESSON.programs))
    seen = browser.find_elements(By.CSS_SELECTOR, ".see li")
    assert [each.text for each in seen] == ["1 2 The handshake", "3 The end"]
    first, second = seen[0].find_elements(By.TAG_NAME, "a")
    assert [first.accessible_name, second.accessible_name] == ["1 The handshake", "2 The handshake"]
    click(browser, first)
    assert "SYN ACK" in said(browser)
    click(browser, second)
    assert said(browser).endswith("client → server: ACK")
