"""A run inside a notebook: its page works, is as dark as the notebook, and reaches nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import LAPTOP, Sized, arrow, click, said
from played import hello
from selenium import webdriver
from selenium.webdriver.common.by import By

from lab.api.shown import ShownRun
from lab.observation.run import Run

pytest_plugins = ["chromium"]

Cell = Callable[[str], webdriver.Chrome]

NOTEBOOK = """<!doctype html><html><head><title>A notebook</title></head>
<body {theme}><div class="jp-OutputArea">{output}</div></body></html>"""


@pytest.fixture
def cell(sized: Sized, tmp_path: Path) -> Cell:
    """Give what opens a notebook of a theme whose cell shows a run, and goes into its frame."""

    def opened(theme: str) -> webdriver.Chrome:
        path = tmp_path / "notebook.html"
        output = ShownRun(Run.of(hello().observation()))._repr_html_()
        path.write_text(NOTEBOOK.format(theme=theme, output=output), encoding="utf-8")
        browser = sized(path, LAPTOP)
        browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
        return browser

    return opened


def background(browser: webdriver.Chrome) -> int:
    """Return how light the page's background is, from 0 to 765."""
    script = "return getComputedStyle(document.documentElement).backgroundColor"
    seen = browser.execute_script(script)
    if seen == "rgba(0, 0, 0, 0)":
        seen = browser.execute_script(script.replace("documentElement", "body"))
    return sum(int(part) for part in str(seen).strip("rgba()").split(",")[:3])


def test_an_arrow_in_a_notebook_is_chosen_as_on_the_page(cell: Cell) -> None:
    browser = cell("")
    click(browser, arrow(browser, "SYN"))
    assert "SYN" in said(browser)


@pytest.mark.parametrize(
    ("theme", "is_dark"),
    [
        ('data-jp-theme-light="true"', False),
        ('data-jp-theme-light="false"', True),
        ('class="vscode-dark"', True),
        ('class="vscode-light"', False),
    ],
)
def test_the_page_is_as_dark_as_the_notebook(cell: Cell, theme: str, is_dark: bool) -> None:
    assert (background(cell(theme)) < 300) is is_dark


def test_the_frame_reaches_nothing_of_the_notebook(cell: Cell) -> None:
    browser = cell("")
    reached = browser.execute_script(
        "try { return window.parent.document.title } catch (error) { return error.name }"
    )
    assert reached == "SecurityError"


def test_a_link_within_the_page_stays_in_it(cell: Cell) -> None:
    browser = cell("")
    link = browser.find_element(By.CSS_SELECTOR, "a.skip")
    browser.execute_script("arguments[0].click()", link)
    assert browser.find_elements(By.ID, "story")
