"""What stands beside the arrows: patterns of the states, for who sees no colours, and times."""

from __future__ import annotations

import pytest
from browsing import LAPTOP, PHONE, PROJECTOR, Open
from played import connected, hello

pytest_plugins = ["chromium"]

PATTERNS = """
const svg = document.querySelector("svg.ladder");
const paper = getComputedStyle(svg.querySelector(".paper")).fill;
const box = svg.appendChild(document.createElementNS(svg.namespaceURI, "rect"));
return arguments[0].map((state) => {
  box.setAttribute("class", `band s-${state}`);
  const look = getComputedStyle(box);
  const line = look.stroke === "none" ? "none" : look.stroke === paper ? "gaps" : "line";
  return [look.fill === paper, line, look.strokeDasharray].join(" ");
});
"""
"""How a band looks without its colour: hollow or not, what its edge is, the dashes of the edge."""

WITHOUT_TIME = """
const svg = shownLadder();
const clocks = new Set([...svg.querySelectorAll(".clock[data-a]")].map((each) => each.dataset.a));
return [...svg.querySelectorAll(".way")].filter((each) => !clocks.has(each.dataset.a))
  .map((each) => each.textContent.trim());
"""


def test_states_differ_without_their_colours(shows: Open) -> None:
    browser = shows(hello())
    states = ["LISTEN", "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "TIME_WAIT"]
    looks = browser.execute_script(PATTERNS, states)
    assert len(set(looks)) == len(states), dict(zip(states, looks, strict=True))


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR])
def test_every_packet_has_its_time_beside_it(shows: Open, size: tuple[int, int]) -> None:
    quick = connected()
    for _ in range(3):
        quick.tcp("client", "ACK", b"at once")
        quick.wait(-0.09)
    quick.wait(200)
    quick.closes()
    for play in (hello(), quick):
        browser = shows(play, size=size)
        assert browser.execute_script(WITHOUT_TIME) == []
