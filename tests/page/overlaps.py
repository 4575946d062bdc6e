"""What lies on what in a ladder: text under a fold, and an arrow through a printed line."""

from __future__ import annotations

from pathlib import Path

from selenium import webdriver

OVERLAPS = Path(__file__).with_name("overlaps.js")


def overlaps(browser: webdriver.Chrome) -> list[str]:
    """Return a sentence on each thing that lies on another in the ladder that is shown."""
    return [str(each) for each in browser.execute_script(OVERLAPS.read_text(encoding="utf-8"))]
