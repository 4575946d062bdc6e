"""The phases of a connection are shaded: where they are, and that words on them are legible."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Open, click
from played import connected, hello, transfer
from selenium import webdriver
from selenium.webdriver.common.by import By
from test_filter import several, write

pytest_plugins = ["chromium"]

CONTRAST = """
const light = (parts) => {
  const each = parts.map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * each[0] + 0.7152 * each[1] + 0.0722 * each[2];
};
const parts = (color) => color.match(/[0-9.]+/g).slice(0, 3).map(Number);
const between = (one, other) => {
  const pair = [light(one), light(other)].sort((low, high) => high - low);
  return (pair[0] + 0.05) / (pair[1] + 0.05);
};
const svg = shownLadder();
const probe = svg.appendChild(document.createElementNS(svg.namespaceURI, "rect"));
const paint = (name) => {
  probe.style.fill = `var(--${name})`;
  return parts(getComputedStyle(probe).fill);
};
const paper = paint("paper");
const found = {};
for (const phase of svg.querySelectorAll(".phase")) {
  const look = getComputedStyle(phase);
  const over = Number(look.fillOpacity);
  const ground = parts(look.fill).map((part, at) => part * over + paper[at] * (1 - over));
  const phaseName = phase.classList[1];
  found[`${phaseName} edge`] = [between(parts(look.stroke), paper), 3];
  for (const name of ["ink", "data", "odd", "bad", "good", "query"]) {
    found[`${phaseName} ${name}`] = [between(paint(name), ground), 4.5];
  }
}
probe.remove();
return found;
"""
"""Of each phase: its edge beside the paper, and text on it, with what WCAG 2.2 asks for (1.4.3,
1.4.11)."""


WITHIN = """
const svg = shownLadder();
const box = (each) => each.getBoundingClientRect();
const spans = [...svg.querySelectorAll(".phase")];
const around = (own, span) => span.top <= own.top + 0.5 && own.bottom <= span.bottom + 0.5;
return [...svg.querySelectorAll(".way:not(.out)")].map((way) => {
  const own = box(way.querySelector(".shaft"));
  const within = spans.filter((span) => around(own, box(span)));
  return within.map((span) => span.classList[1].slice(2)).join(" ");
});
"""
"""Of each arrow, from above, the phases that it is within."""


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_each_packet_stands_within_its_phase(shows: Open, size: tuple[int, int]) -> None:
    browser = shows(hello(), size=size)
    found = browser.execute_script(WITHIN)
    assert found == ["handshake"] * 3 + ["data"] * 4 + ["goodbye"] * 3
    legend = browser.find_element(By.CSS_SELECTOR, ".colours").text.split()
    assert {"handshake", "data", "goodbye"} <= set(legend)


def test_after_a_half_close_data_is_still_data(shows: Open) -> None:
    play = connected()
    play.tcp("client", "FIN ACK", b"my last word")
    play.tcp("server", "PSH ACK", b"and mine")
    play.tcp("server", "FIN ACK")
    play.tcp("client", "ACK")
    found = shows(play).execute_script(WITHIN)
    assert found == ["handshake"] * 3 + ["data"] * 2 + ["goodbye"] * 2


def test_the_edges_of_phases_differ_and_words_on_them_are_legible(shows: Open) -> None:
    browser = shows(hello())
    edges = {
        (each.value_of_css_property("stroke-dasharray"), each.value_of_css_property("stroke"))
        for each in browser.find_elements(By.CSS_SELECTOR, ".wide .phase")
    }
    assert len({dashes for dashes, _ in edges}) == 3
    for theme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": theme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        found = browser.execute_script(CONTRAST)
        assert len(found) == 21
        assert {name: pair for name, pair in found.items() if pair[0] < pair[1]} == {}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_of_connections_at_once_only_a_chosen_one_is_shaded(shows: Open) -> None:
    browser = shows(several())
    assert shaded(browser) == []
    write(browser, "tcp.port==80")
    assert shaded(browser) == ["handshake", "data", "goodbye"]
    assert set(browser.execute_script(WITHIN)) == {"handshake", "data", "goodbye"}
    click(browser, browser.find_element(By.ID, "filter-clear"))
    assert shaded(browser) == []


def shaded(browser: webdriver.Chrome) -> list[str]:
    """Return the phases that can be seen in the ladder."""
    found = browser.find_elements(By.CSS_SELECTOR, ".wide .phase")
    seen = [each for each in found if each.is_displayed()]
    return [str(each.get_dom_attribute("class")).split()[1].removeprefix("p-") for each in seen]


def test_a_phase_goes_on_behind_a_fold_that_is_opened(shows: Open) -> None:
    browser = shows(transfer(60))
    whole = browser.find_elements(By.CSS_SELECTOR, ".wide .p-data")[0]
    high = whole.rect["height"]
    click(browser, browser.find_element(By.CSS_SELECTOR, ".wide [data-opens]"))
    assert whole.rect["height"] > high + 500
    assert [each for each in browser.execute_script(WITHIN) if not each] == []
