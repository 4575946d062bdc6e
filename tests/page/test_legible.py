"""Whether a ladder can be read: the size of its text, and the contrast of what it is drawn with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Open
from played import NUMBERS, Play, hello
from selenium import webdriver

pytest_plugins = ["chromium"]

SMALLEST = """
const shown = [...document.querySelectorAll("svg.ladder")]
  .filter((svg) => svg.getClientRects().length);
return Math.min(...shown.flatMap((svg) => [...svg.querySelectorAll("text, tspan")].map((text) =>
  parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a)));
"""
"""The size of the smallest text of a ladder, in pixels of the screen."""

FAINTEST = """
const light = (color) => {
  const parts = color.match(/[0-9.]+/g).slice(0, 3).map((each) => each / 255)
    .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};
const svg = document.querySelector("svg.ladder");
const probe = svg.appendChild(document.createElementNS(svg.namespaceURI, "rect"));
const shown = (name) => {
  probe.style.fill = `var(--${name})`;
  return light(getComputedStyle(probe).fill);
};
const paper = shown("paper");
return Object.fromEntries(arguments[0].map((name) => {
  const pair = [shown(name), paper].sort((one, other) => other - one);
  return [name, (pair[0] + 0.05) / (pair[1] + 0.05)];
}));
"""
"""The contrast of colours with the paper (WCAG 2.2, 1.4.11 asks for 3:1 of graphics)."""

DRAWN_WITH = ["line", "wire", "s-open", "s-new", "s-closing", "s-wait", "s-listen", "query", "bad"]


def crowd() -> Play:
    """Return a run of every host that a play knows."""
    play = Play()
    play.tapped = tuple(NUMBERS)
    for host in play.tapped:
        play.runs(host, f"{host}.py")
    play.opens()
    return play


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
@pytest.mark.parametrize("play", [hello, crowd])
def test_no_text_of_a_ladder_is_smaller_than_twelve_pixels(
    shows: Open, play: Callable[[], Play], size: tuple[int, int]
) -> None:
    assert smallest(shows(play(), size=size)) >= 11.99


def smallest(browser: webdriver.Chrome) -> float:
    """Return the size of the smallest text of the ladder that is shown."""
    return float(browser.execute_script(SMALLEST))


def test_what_a_ladder_is_drawn_with_stands_out_in_both_themes(shows: Open) -> None:
    browser = shows(hello())
    for theme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": theme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        faint = browser.execute_script(FAINTEST, DRAWN_WITH)
        assert {name: ratio for name, ratio in faint.items() if ratio < 3} == {}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
