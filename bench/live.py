"""The live page in a real browser: how late packets and a shell's keys are on it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.row import Goal, Kind, Row, Series
from lab.clone import Clone
from lab.errors import CouldNotJudge

PATIENCE = 60.0
"""Seconds that the page, a browser or a command may take."""

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
APART = 0.2
"""Seconds between two packets, and between two keys."""

RATE = 5_000
"""Packets a second in the flood."""

FLOOD = f"""
import socket, time
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
began = time.monotonic()
for number in range({RATE} * int(__import__('sys').argv[1])):
    out.sendto(b'flood', ('server', 9))
    if not number % 50:
        time.sleep(max(0.0, began + number / {RATE} - time.monotonic()))
"""

WATCH = """
window.benchSeen = [];
window.benchKeys = [];
const takes = window.takeItems;
window.takeItems = (more) => {
  takes(more);
  const labels = more.map((item) => item.what || "");
  if (labels.length)
    requestAnimationFrame(() => requestAnimationFrame(() => {
      for (const each of labels) window.benchSeen.push([each, Date.now()]);
    }));
};
const pressed = [];
const shown = () => document.querySelector(".window[data-host=client] .xterm-rows").textContent;
addEventListener("keydown", () => pressed.push(performance.now()), true);
window.benchEcho = (rows) => new MutationObserver(() => {
  const echoed = Math.min(shown().split("x").length - 1, pressed.length);
  while (window.benchKeys.length < echoed)
    window.benchKeys.push(performance.now() - pressed[window.benchKeys.length]);
}).observe(rows, { childList: true, subtree: true, characterData: true });
"""
"""Notes when each packet has been drawn, and how long each key took until it stood there."""


def live(clone: Clone, times: int) -> list[Row]:
    """Measure packets on a page that is at rest otherwise, and keys while a flood crosses."""
    title = "A packet on the live page"
    for needed in ("chromium", "chromedriver"):
        if shutil.which(needed) is None:
            return [Row("live", title, problem=f"no {needed} (Debian: chromium-driver)")]
    with _served(clone) as address, _browser() as browser:
        browser.get(address)
        for host in ("client", "server"):
            box = f"#map [data-host={host}].watched"
            _until(f"{host} to be watched", lambda box=box: _all(browser, box))
        browser.execute_script(WATCH)
        packets = _packets(clone, browser, times)
        keys = _keys(clone, browser, times)
    return [
        Row(
            "live",
            title,
            Series("from its crossing until it is drawn", tuple(packets)),
            goal=Goal(Kind.WORST, 0.3, "each within 0.3 s"),
        ),
        Row(
            "live keys",
            f"A key in the live page's shell while {RATE:,} packets/s cross",
            Series("from the key until its echo stands there", tuple(keys)),
            goal=Goal(Kind.WORST, 0.2, "each within 0.2 s"),
        ),
    ]


def _packets(clone: Clone, browser: Any, times: int) -> list[float]:
    """Return how long replies to ping(8) took from the host until the page had drawn them."""
    words = ["exec", "client", "--", "ping", "-D", "-i", f"{APART}", "-c", f"{times}", "server"]
    said = _lab(clone, *words).communicate(timeout=PATIENCE + times)[0]
    found = re.findall(r"^\[([\d.]+)\].*icmp_seq=(\d+) ", said, re.MULTILINE)
    crossed = {f"echo reply {number}": float(at) for at, number in found}

    def drawn() -> dict[str, float]:
        seen = browser.execute_script("return window.benchSeen")
        return {label: at / 1000 for label, at in reversed(seen)}

    if len(crossed) != times:
        raise CouldNotJudge("sending pings", f"{len(crossed)} of {times} were answered")
    try:
        _until("all replies", lambda: crossed.keys() <= drawn().keys())
    except CouldNotJudge as error:
        lacks = ", ".join(sorted(crossed.keys() - drawn().keys()))
        said = "; ".join(_text(browser, each) for each in ("#connected", "#undrawn", "#error"))
        seen = f"the page has not drawn {lacks}, and says: {said}"
        raise CouldNotJudge("measuring the live page", seen) from error
    at = drawn()
    return [at[label] - crossed[label] for label in crossed]


def _keys(clone: Clone, browser: Any, times: int) -> list[float]:
    """Return how long keys took from the keyboard until the shell's echo stood on the page."""
    from selenium.webdriver.common.action_chains import ActionChains  # noqa: PLC0415 - tests' own

    shell = ".window[data-host=client]"
    browser.execute_script("document.querySelector('#map [data-host=client] button.open').click()")
    rows = f"{shell} .xterm-rows"
    _until("a prompt", lambda: "@client" in _text(browser, rows))
    browser.execute_script("benchEcho(document.querySelector(arguments[0]))", rows)
    seconds = int(times * APART * 5) + 4  # it is ended after the last key
    flood = _lab(clone, "exec", "client", "--", "python3", "-c", FLOOD, f"{seconds}")
    _until("the flood", lambda: _text(browser, "#undrawn"))
    browser.execute_script(f"document.querySelector('{shell} textarea').focus()")
    for _ in range(times):
        ActionChains(browser).send_keys("x").perform()
        time.sleep(APART)
    _until("all echoes", lambda: len(browser.execute_script("return benchKeys")) >= times)
    echoed = browser.execute_script("return window.benchKeys")
    if flood.poll() is not None:
        raise CouldNotJudge("typing while a flood crosses", "the flood had ended before the keys")
    flood.terminate()
    flood.communicate(timeout=PATIENCE)
    # The program goes on without the command: the next measurement would meet its flood.
    _lab(clone, "exec", "client", "--", "pkill", "-f", "sendto").communicate(timeout=PATIENCE)
    return [each / 1000 for each in echoed]


def _lab(clone: Clone, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "lab", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=clone.root,
    )


@contextmanager
def _served(clone: Clone) -> Iterator[str]:
    """Serve the live page meanwhile; give the address that opens it."""
    serving = _lab(clone, "live")
    late = threading.Timer(PATIENCE, serving.kill)
    late.start()
    try:
        lines = iter(serving.stdout or ())
        found = (re.match(r"http://\S+", line) for line in lines)
        address = next((match.group() for match in found if match), "")
        late.cancel()
        if not address:
            raise CouldNotJudge("serving the live page", "lab live printed no address")
        yield address
    finally:
        late.cancel()
        serving.terminate()
        serving.communicate(timeout=PATIENCE)


@contextmanager
def _browser() -> Iterator[Any]:
    """Give a headless Chromium meanwhile."""
    from selenium import webdriver  # noqa: PLC0415 - tests' own

    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    with tempfile.TemporaryDirectory() as folder:
        for flag in (*FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        service = webdriver.ChromeService(str(shutil.which("chromedriver")))
        with webdriver.Chrome(options=options, service=service) as opened:
            yield opened


def _all(browser: Any, selector: str) -> Sequence[Any]:
    found: Sequence[Any] = browser.find_elements("css selector", selector)
    return found


def _text(browser: Any, selector: str) -> str:
    script = f"return document.querySelector({json.dumps(selector)})?.textContent || ''"
    return str(browser.execute_script(script))


def _until(what: str, holds: Any) -> None:
    """Wait until something holds; raises CouldNotJudge."""
    give_up = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > give_up:
            raise CouldNotJudge("measuring the live page", f"waited {PATIENCE:g} s for {what}")
        time.sleep(0.05)
