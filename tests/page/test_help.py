"""What a page says of itself behind its question mark: a picture, its numbers, keys, words."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, Open, click, press, said
from played import hello
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from lab.story.page.lesson import Lesson
from lab.story.page.reading import SIGNS

pytest_plugins = ["chromium"]

GLOSSARY = """# Words

| word | what it is | defined in |
|---|---|---|
| ACK | An acknowledgment. | RFC 9293, 3.4 |
| backlog | How many connections may wait. | `listen(2)` |
"""


def help_of(browser: webdriver.Chrome) -> WebElement:
    return browser.find_element(By.ID, "help")


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_the_question_mark_opens_the_help_and_escape_leaves_it(
    shows: Open, size: tuple[int, int]
) -> None:
    browser = shows(hello(), size=size, lesson=Lesson("Hello", glossary=GLOSSARY))
    opener = browser.find_element(By.ID, "help-open")
    assert not help_of(browser).is_displayed()
    click(browser, opener)
    assert help_of(browser).is_displayed()
    numbers = help_of(browser).find_elements(By.CSS_SELECTOR, "svg .no text")
    assert sorted(int(each.text) for each in numbers) == list(range(1, len(SIGNS) + 1))
    assert len(help_of(browser).find_elements(By.CSS_SELECTOR, ".signs li")) == len(SIGNS)
    chosen = said(browser)
    press(browser, "n")
    assert said(browser) == chosen
    press(browser, Keys.ESCAPE)
    assert not help_of(browser).is_displayed()
    assert browser.switch_to.active_element == opener
    assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]


def test_the_key_opens_it_unless_single_keys_are_off(shows: Open) -> None:
    browser = shows(hello())
    press(browser, "?")
    assert help_of(browser).is_displayed()
    help_of(browser).find_element(By.CSS_SELECTOR, "form button").click()
    assert not help_of(browser).is_displayed()
    box = browser.find_element(By.ID, "single-keys")
    click(browser, box)
    press(browser, "?")
    assert not help_of(browser).is_displayed()
    click(browser, box)


def test_the_words_that_students_meet_are_there_where_a_course_has_them(shows: Open) -> None:
    browser = shows(hello(), lesson=Lesson("Hello", glossary=GLOSSARY))
    press(browser, "?")
    words = browser.find_element(By.ID, "glossary")
    click(browser, words.find_element(By.TAG_NAME, "summary"))
    rows = [each.text for each in words.find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert rows == [
        "ACK An acknowledgment. RFC 9293, 3.4",
        "backlog How many connections may wait. listen(2)",
    ]
    assert shows(hello()).find_elements(By.ID, "glossary") == []
