"""What a page's reader does, in a browser: opens it, clicks, presses keys, reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

Open = Callable[..., webdriver.Chrome]
Sized = Callable[[Path, tuple[int, int]], webdriver.Chrome]

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

PHONE, LAPTOP, DESKTOP, PROJECTOR = (390, 844), (1280, 900), (1440, 900), (1920, 1080)
"""Sizes of windows: on a phone and on a laptop, the panel lies over the page."""


def visit(browser: webdriver.Chrome, address: str) -> None:
    """Open an address, and wait until its document is whole.

    On a busy machine, the driver has been seen to come back before that, with the document that
    was shown before still in place.
    """
    browser.get("about:blank")
    browser.get(address)
    whole = "return document.readyState === 'complete' && location.href !== 'about:blank'"
    WebDriverWait(browser, 60).until(lambda _: browser.execute_script(whole))


def arrow(browser: webdriver.Chrome, label: str) -> WebElement:
    """Return the one visible arrow with this label."""
    found = [
        each
        for each in browser.find_elements(By.CSS_SELECTOR, ".way")
        if each.is_displayed() and each.find_element(By.TAG_NAME, "text").text == label
    ]
    assert len(found) == 1, [each.text for each in found]
    return found[0]


def click(browser: webdriver.Chrome, element: WebElement) -> None:
    """Click in the middle, wherever on the page that is."""
    bring(browser, element)
    ActionChains(browser).move_to_element(element).click().perform()


def bring(browser: webdriver.Chrome, element: WebElement) -> None:
    """Scroll an element into the middle of the window."""
    how = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})"
    browser.execute_script(how, element)


def press(browser: webdriver.Chrome, *keys: str) -> None:
    """Press keys, one after the other."""
    ActionChains(browser).send_keys(*keys).perform()


def said(browser: webdriver.Chrome) -> str:
    """Return what the page says of the chosen packet."""
    return browser.find_element(By.ID, "packet-said").text


def fields(browser: webdriver.Chrome) -> dict[str, str]:
    """Return the fields of the packet that is taken apart: name to value."""
    found: dict[str, str] = {}
    for each in browser.find_elements(By.CSS_SELECTOR, ".field[aria-label]"):
        name, _, value = str(each.get_dom_attribute("aria-label")).partition(": ")
        found.setdefault(name, value)
    return found


def letters(browser: webdriver.Chrome, what: str) -> str:
    """Return the text of all elements that a selector finds, in a row."""
    return "".join(each.text for each in browser.find_elements(By.CSS_SELECTOR, what))
