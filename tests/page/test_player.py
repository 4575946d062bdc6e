"""What a reader of the player sees, and what its slider, keys and addresses do, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, Sized, press, visit
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from walks import small_walk

from lab.story.steps.player import player

pytest_plugins = ["chromium"]

HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "steps.html"
    path.write_text(player(small_walk()), encoding="utf-8")
    return path


def text(browser: webdriver.Chrome, selector: str) -> str:
    return browser.find_element(By.CSS_SELECTOR, selector).text


def spoken(browser: webdriver.Chrome) -> list[tuple[str, str]]:
    """Return what Chromium tells a screen reader of the page: roles and names, in order."""
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return [
        (str(node["role"]["value"]), str(node.get("name", {}).get("value", "")))
        for node in nodes
        if not node["ignored"]
    ]


def test_arrow_keys_go_from_step_to_step_and_the_address_names_it(sized: Sized, page: Path) -> None:
    browser = sized(page, LAPTOP)
    assert text(browser, "#link") == "Step 0 of 2"
    press(browser, Keys.ARROW_RIGHT)
    assert text(browser, "#head") == "client.py:2 s = socket.create_connection(('server', 15000))"
    assert browser.current_url.endswith("#step=1")
    press(browser, Keys.END)
    assert text(browser, "#link") == "Step 2 of 2"
    press(browser, Keys.ARROW_LEFT)
    assert browser.current_url.endswith("#step=1")
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_a_step_shows_both_lines_the_ladder_the_states_and_the_new_variable(
    sized: Sized, page: Path
) -> None:
    browser = sized(page, LAPTOP)
    press(browser, Keys.ARROW_RIGHT)
    lines = [each.text for each in browser.find_elements(By.CSS_SELECTOR, ".source .at")]
    assert [line.split("\n")[-1] for line in lines] == ["listener.accept()", "print(s.recv(9))"]
    ways = browser.find_elements(By.CSS_SELECTOR, ".ladder .way")
    assert [each.get_dom_attribute("aria-label") for each in ways] == [
        "client sends SYN to server",
        "server sends SYN ACK to client",
        'client sends "violet" 6 B ✗ to server',
    ]
    assert text(browser, ".values .new") == "s = <socket, fd 3>"
    assert "ESTABLISHED" in text(browser, "#sockets .new")
    assert text(browser, "#told").splitlines()[0] == "client ── SYN ──▶ server"


def test_the_slider_moves_and_says_where_it_is(sized: Sized, page: Path) -> None:
    browser = sized(page, LAPTOP)
    slider = browser.find_element(By.ID, "slider")
    slider.send_keys(Keys.ARROW_RIGHT)
    assert text(browser, "#link") == "Step 1 of 2"
    assert str(slider.get_dom_attribute("aria-valuetext")).startswith("client.py:2")


def test_an_address_opens_its_step(sized: Sized, page: Path) -> None:
    browser = sized(page, LAPTOP)
    visit(browser, f"{page.as_uri()}#step=2")
    assert text(browser, "#link") == "Step 2 of 2"
    assert "│ hello" in text(browser, "#ladder")


def test_a_page_opens_at_the_step_where_a_failed_expectation_points(
    sized: Sized, tmp_path: Path
) -> None:
    path = tmp_path / "steps.html"
    path.write_text(player(small_walk(), 1), encoding="utf-8")
    browser = sized(path, LAPTOP)
    assert text(browser, "#link") == "Step 1 of 2"
    press(browser, Keys.HOME)
    assert text(browser, "#link") == "Step 0 of 2"


def test_a_screen_reader_hears_each_step_and_where_the_programs_are(
    sized: Sized, page: Path
) -> None:
    browser = sized(page, LAPTOP)
    press(browser, Keys.ARROW_RIGHT)
    heard = spoken(browser)
    assert ("heading", "client.py:2 s = socket.create_connection(('server', 15000))") in heard
    assert ("slider", "Step") in heard
    assert [name for role, name in heard if role == "image"] == [
        "client sends SYN to server",
        "server sends SYN ACK to client",
        'client sends "violet" 6 B ✗ to server',
    ]
    told = browser.find_element(By.ID, "told")
    assert told.get_dom_attribute("aria-live") == "polite"
    assert told.text.splitlines()[3] == "client.py: s = <socket, fd 3>"
    current = browser.find_elements(By.CSS_SELECTOR, "[aria-current=step]")
    assert [each.text.split("\n")[-1] for each in current] == [
        "listener.accept()",
        "print(s.recv(9))",
    ]


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_on_each_size_the_step_its_sources_and_its_ladder_can_be_seen(
    sized: Sized, page: Path, size: tuple[int, int]
) -> None:
    browser = sized(page, size)
    press(browser, Keys.ARROW_RIGHT)
    for each in ("#slider", "#head", "#told", "#source-0", "#source-1", "#ladder", "#sockets"):
        box = browser.find_element(By.CSS_SELECTOR, each)
        assert box.is_displayed()
        assert box.rect["width"] >= min(300, size[0] * 0.5) or each == "#slider"


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_nothing_is_wider_than_the_window(sized: Sized, page: Path, size: tuple[int, int]) -> None:
    browser = sized(page, size)
    press(browser, Keys.END)
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= size[0]


def test_what_programs_say_is_text(sized: Sized, tmp_path: Path) -> None:
    path = tmp_path / "steps.html"
    path.write_text(player(small_walk(text=HOSTILE, printed=HOSTILE)), encoding="utf-8")
    browser = sized(path, LAPTOP)
    press(browser, Keys.END)
    assert browser.title == "small step by step"
    assert "onerror" in text(browser, "#ladder")
