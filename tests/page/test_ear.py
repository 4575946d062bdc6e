"""What a screen reader hears of a ladder: a list in order of time, an item for each moment."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from browsing import LAPTOP, PHONE, Open, click
from played import hello, transfer
from selenium import webdriver
from selenium.webdriver.common.by import By
from test_filter import several, write

pytest_plugins = ["chromium"]

DRAWN = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))"


def heard(browser: webdriver.Chrome, of: str = "What happened, in order") -> list[str]:
    """Return the items of a list as Chromium tells them to a screen reader, one text each."""
    # The tree is made anew with the next picture only.
    browser.execute_async_script(DRAWN)
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    known = {node["nodeId"]: node for node in nodes}

    def value(node: dict[str, Any], what: str) -> str:
        return "" if node["ignored"] else str(node.get(what, {}).get("value", ""))

    def texts(node: dict[str, Any]) -> list[str]:
        own = value(node, "role") in ("button", "image", "StaticText") and value(node, "name")
        if own:
            return [own]
        below = (known[each] for each in node.get("childIds", ()) if each in known)
        return [text for each in below if value(each, "role") != "list" for text in texts(each)]

    def items(node: dict[str, Any]) -> list[str]:
        if value(node, "role") == "listitem":
            return [" ".join(texts(node))]
        below = (known[each] for each in node.get("childIds", ()) if each in known)
        return [text for each in below for text in items(each)]

    (whole,) = (
        each for each in nodes if value(each, "role") == "list" and of in value(each, "name")
    )
    return items(whole)


@pytest.mark.parametrize(("size", "late_ms"), [(LAPTOP, 0.01), (PHONE, 1)])
def test_a_ladder_is_a_list_of_packets_prints_and_states_in_order_of_time(
    shows: Open, size: tuple[int, int], late_ms: float
) -> None:
    told = heard(shows(hello(), size=size))
    times = [float(each.split(" ms: ")[0]) for each in told]
    # On a phone, words wait up to a millisecond for packets that run where the words are to stand.
    assert all(before - time < late_ms for before, time in pairwise(times))
    without = [each.split(" ms: ")[1].split(";")[0] for each in told]
    assert without[:8] == [
        "server starts server.py",
        "client starts client.py server",
        "a socket on server is LISTEN 0.0.0.0:15000",
        "client to server: SYN",
        "a socket on client is (SYN_SENT)",
        "server to client: SYN ACK",
        "a socket on server is (SYN_RECV)",
        "a socket on client is (ESTABLISHED)",
    ]
    assert "client prints Hello Yourself" in without
    assert sum("Hello World" in each for each in without) == 2


def test_an_opened_fold_is_a_list_within_its_item(shows: Open) -> None:
    browser = shows(transfer(120))
    before = heard(browser)
    click(browser, browser.find_element(By.CSS_SELECTOR, ".wide [data-opens]"))
    assert len(heard(browser)) == len(before)
    within = heard(browser, "1 of 1 part")
    assert len(within) > 100
    assert all("client to server" in each for each in within[1:])


def test_what_a_filter_leaves_out_is_not_heard(shows: Open) -> None:
    browser = shows(several())
    write(browser, "tcp.port==15000")
    told = heard(browser)
    assert any("#2 SYN" in each for each in told)
    assert not any("#1" in each for each in told)
    assert "" not in told
