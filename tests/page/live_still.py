"""The live page without its server: a test says what is told, and sees what the page asks."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from browsing import visit
from selenium import webdriver

from lab.hosts.docker.compose.file import Plan, Topology
from lab.live.app import OF_STORY
from lab.live.live import Live
from lab.live.page import SCRIPTS_HERE, page
from lab.story.page.template import asset

HERE = Path(__file__).resolve().parents[2] / "lab" / "live" / "page"
UP = ("client", "server", "router", "remote")
STAND_IN = """
window.sentBack = [];
window.WebSocket = class extends EventTarget {
  constructor(address) {
    super();
    this.readyState = 1;
    this.address = address;
    if (address.endsWith("/follow")) window.server = this;
    setTimeout(() => this.dispatchEvent(new Event("open")));
  }
  send(text) { if (this === window.server) window.sentBack.push(JSON.parse(text)); }
  close() {}
};
window.WebSocket.OPEN = 1;
const shown = { bytes: btoa("x".repeat(900)), headers: [], problems: [], shapes: [], purposes: {} };
window.fetch = async () => ({ ok: true, json: async () => shown });
"""
"""Stands for the server. A terminal's connection stays silent; each packet has many bytes."""


def topology() -> Topology:
    """Return a client and a server on a network, and somebody behind a router."""

    def plan(name: str, **addresses: str) -> Plan:
        return Plan(name, attached={each: (at,) for each, at in addresses.items()})

    hosts = [
        plan("client", lan="10.7.0.10"),
        plan("server", lan="10.7.0.20"),
        plan("router", lan="10.7.0.2", far="10.7.1.2"),
        plan("remote", far="10.7.1.30"),
    ]
    hosts += [plan(f"worker{number}", lan=f"10.7.0.{60 + number}") for number in range(1, 10)]
    networks = {"lan": ("10.7.0.0/24",), "far": ("10.7.1.0/24",)}
    return Topology({each.name: each for each in hosts}, networks)


def opened(
    browser: webdriver.Chrome,
    folder: Path,
    size: tuple[int, int],
    *,
    touches: bool = True,
    root: bool = True,
) -> Still:
    """Open the page in a window of this size, with all hosts up."""
    stands = SimpleNamespace(
        lab=SimpleNamespace(topology=topology()),
        clone=SimpleNamespace(scenarios=folder / "scenarios"),
        chosen="",
        ladder=SimpleNamespace(began_ns=0),
    )
    (folder / "static").mkdir(exist_ok=True)
    for each in (*HERE.glob("*.*"), *HERE.glob("xterm/*.*")):
        shutil.copy(each, folder / "static")
    for name in OF_STORY:
        (folder / "static" / name).write_text(str(asset(name)), encoding="utf-8")
    whole = "\n".join((folder / "static" / each).read_text("utf-8") for each in SCRIPTS_HERE)
    (folder / "static" / "whole.js").write_text(whole, encoding="utf-8")
    html = page(cast(Live, stands), touches=touches, root=root).replace("/static/", "static/")
    stand_in = f"<script>{STAND_IN}</script>"
    file = folder / "live.html"
    file.write_text(re.sub("(<script src)", stand_in + r"\1", html, count=1), encoding="utf-8")
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    visit(browser, file.as_uri())
    still = Still(browser)
    still.run("sessionStorage.clear()")
    still.told(hosts=dict.fromkeys(UP, "Up 3 minutes"), watched=UP, problem="")
    return still


def packet(number: int, what: str, **more: Any) -> dict[str, Any]:
    """Return a packet of the client's, as the server tells it."""
    return {
        **{"id": number, "t": f"{number * 100}.000", "from": "client", "to": "server"},
        **{"what": what, "css": "data", "reached": ["server"], "via": [], "lost": False},
        **{"notes": [], "n": number, "at": "client", "place": "", "length": 98},
        **{"talk": ["icmp", [0, 0], ["10.7.0.10", "10.7.0.20"]], "aside": False, "silent": False},
        **more,
    }


class Still:
    """The page, and what it is told."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self.browser = browser

    def run(self, script: str, *given: Any) -> Any:
        """Return what a script of the page gives."""
        return self.browser.execute_script(script, *given)

    def told(self, **message: Any) -> None:
        """Have the page take what the server tells, and draw it."""
        drawn = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[1]()))"
        self.browser.execute_async_script(f"take(arguments[0]); {drawn}", message)

    def asked(self) -> list[Any]:
        """Return what the page has asked for."""
        return list(json.loads(self.run("return JSON.stringify(sentBack)")))

    def text(self, selector: str) -> str:
        """Return the text of all elements that a selector finds."""
        texts = "[...document.querySelectorAll(arguments[0])].map((each) => each.textContent)"
        return "\n".join(self.run(f"return {texts}", selector))

    def theme(self, name: str) -> None:
        """Have the page shown light or dark; in neither where it is empty."""
        features = [{"name": "prefers-color-scheme", "value": name}] if name else []
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
