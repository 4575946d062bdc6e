"""The live page of a lab under test: the command that serves it, and what its reader does there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any

import pytest
from browsing import LAPTOP
from lab_clone import Clone
from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait
from waiting import PATIENCE

SAID = (
    *(
        "#connected",
        "#error",
        "#notice",
        "#map .up .state, #map .dead .state",
        "#running",
        "#walk-result",
        "#faults",
        "#others",
        "#undrawn",
    ),
    *("#filtered", "#scroll .words", "#scroll .gap", "#packet-said"),
    *(".window .xterm-rows", ".window .said"),
)
"""What of the page a test that waits in vain tells."""

LOADS = 4
"""How often a page is loaded that does not come to life."""

STAYS = """
const [element, done] = arguments;
element.scrollIntoView({block: "center", behavior: "instant"});
let before = "";
const look = () => {
  const {x, y} = element.getBoundingClientRect();
  if (`${x} ${y}` === before) return done();
  before = `${x} ${y}`;
  setTimeout(look, 50);
};
look();
"""
"""Goes on when an element has stayed at one place: what comes in above it moves it."""


class Served:
    """A running ``lab live``: its process, and what it has printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: list[str] = []
        self._news = threading.Condition()
        assert process.stdout is not None
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            with self._news:
                self._lines.append(line)
                self._news.notify_all()

    def address(self, pattern: str = r"^http://\S+", number: int = -1) -> str:
        """Wait for an address that the command prints, and return it."""

        def found() -> list[str]:
            return [each for line in self._lines for each in re.findall(pattern, line)]

        with self._news:
            assert self._news.wait_for(found, PATIENCE), self._lines
            return found()[number]

    @property
    def base(self) -> str:
        """Where the page is."""
        return self.address().partition("/enter/")[0]

    def kill(self) -> None:
        """Kill it, as nobody should."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def end(self) -> int:
        """End it by Ctrl-C; return its status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@contextmanager
def served(clone: Clone, *options: str) -> Iterator[Served]:
    """Serve the live page of a clone meanwhile."""
    environment = {**os.environ, **clone.environment, "SOCKETLAB_ROOT": str(clone.root)}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "lab", "live", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=clone.root,
        env=environment,
        start_new_session=True,
    ) as process:
        opened = Served(process)
        try:
            yield opened
        finally:
            if process.poll() is None:
                opened.end()


class Page:
    """The live page in a browser."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self.browser = browser

    def open(self, address: str, size: tuple[int, int] = LAPTOP) -> None:
        """Open the page, and wait until it is told of the hosts."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.browser.get(address)
        self.settle()

    def settle(self) -> None:
        """Wait until the page is told of the hosts; load it again where its scripts are not there.

        Chromium gives up what it loads when a network of the machine changes: another lab's, say.
        """
        for _ in range(LOADS - 1):
            with suppress(TimeoutException):
                shown = WebDriverWait(self.browser, PATIENCE / LOADS, 0.05)
                shown.until(lambda _: self.all("#map .box.up"))
                return
            self.browser.refresh()
        self.wait("the hosts", lambda: self.all("#map .box.up"))

    def all(self, selector: str) -> list[WebElement]:
        """Return all elements that a selector finds."""
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """Return the text of all elements that a selector finds, as the page has it now."""
        texts = "[...document.querySelectorAll(arguments[0])].map((each) => each.textContent)"
        return "\n".join(self.browser.execute_script(f"return {texts}", selector))

    def wait(self, what: str, holds: Callable[[], object]) -> None:
        """Wait until something holds; say what is on the page where it never does."""
        try:
            WebDriverWait(self.browser, PATIENCE, 0.05).until(lambda _: holds())
        except TimeoutException:
            pytest.fail(f"waited for {what}; on the page is\n{self.described()}", pytrace=False)

    def described(self) -> str:
        """Return what is on the page now, and where its picture is."""
        said = {"labels": str(self.labels)}
        for each in SAID:
            said[each] = self.text(each).strip()
        picture = Path(mkdtemp(prefix="live-page-")) / "page.png"
        self.browser.save_screenshot(str(picture))
        lines = [f"{name}: {text}" for name, text in said.items() if text]
        entries = self.browser.get_log("browser")  # type: ignore[no-untyped-call]
        lines += [str(each) for each in entries]
        return "\n".join([*lines, f"its picture: {picture}"])

    def click(self, selector: str) -> None:
        """Click on the one element that a selector finds, wherever on the page it is."""
        element = self.browser.find_element(By.CSS_SELECTOR, selector)
        self._click(element)

    def hold(self, selector: str) -> None:
        """Press the button of the mouse on an element that stays where it is."""
        element = self.browser.find_element(By.CSS_SELECTOR, selector)
        self.browser.execute_async_script(STAYS, element)
        ActionChains(self.browser).click_and_hold(element).perform()

    def let_go(self) -> None:
        """Release the button of the mouse, wherever it is."""
        ActionChains(self.browser).release().perform()

    def player(self, expression: str) -> Any:
        """Return what an expression of JavaScript is over ``root``, where the player is."""
        root = "document.querySelector('.player').shadowRoot"
        return self.browser.execute_script(f"const root = {root}; return {expression}")

    def played(self, selector: str) -> str:
        """Return the text that elements of the player have now; of all, one below the other."""
        found = f"[...root.querySelectorAll({selector!r})]"
        return str(self.player(f"{found}.map((each) => each.textContent).join('\\n')"))

    def click_player(self, selector: str) -> None:
        """Click on an element of the player."""
        element = self.player(f"root.querySelector({selector!r})")
        self._click(element)

    def _click(self, element: WebElement) -> None:
        """Bring an element into sight, and click on it once it stays where it is."""
        self.browser.execute_async_script(STAYS, element)
        ActionChains(self.browser).move_to_element(element).click().perform()

    def write(self, selector: str, text: str) -> None:
        """Write into a field instead of what is there."""
        field = self.browser.find_element(By.CSS_SELECTOR, selector)
        field.clear()
        field.send_keys(text)

    def choose(self, selector: str, text: str) -> None:
        """Choose from a list."""
        Select(self.browser.find_element(By.CSS_SELECTOR, selector)).select_by_visible_text(text)

    @property
    def labels(self) -> list[str]:
        """What stands on the arrows that are drawn, in order."""
        found = (
            "[...document.querySelectorAll('#scroll .way')].sort((one, other) => "
            "one.getBoundingClientRect().top - other.getBoundingClientRect().top)"
            ".map((way) => way.querySelector(':scope > text').textContent)"
        )
        labels: list[str] = self.browser.execute_script(f"return {found}")
        return labels

    @property
    def echoes(self) -> list[str]:
        """What stands on the arrows of ping: what else crosses is not what a test has caused."""
        return [each for each in self.labels if "echo re" in each]

    def watches(self, *hosts: str) -> None:
        """Wait until packets are seen at these hosts."""
        for host in hosts:
            box = f"#map .box.watched[data-host={host}]"
            self.wait(f"a watch on {host}", partial(self.all, box))

    def shell(self, host: str) -> None:
        """Open a shell on a host, and wait for its prompt."""
        self.click(f"#map [data-host={host}] button.open")
        self.wait(f"a prompt on {host}", lambda: f"@{host}" in self.screen(host))

    def screen(self, host: str) -> str:
        """Return what the shell on a host shows."""
        return self.text(f".window[data-host={host}] .xterm-rows")

    def type(self, text: str) -> None:
        """Type a line into the shell that has the keyboard."""
        ActionChains(self.browser).send_keys(text, Keys.ENTER).perform()


def gone(clone: Clone, host: str, words: str, within: float = PATIENCE) -> bool:
    """Wait until no process with these words in its command is left on a host."""
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        said = clone.lab("exec", "--root", host, "--", "ps", "-eo", "args")
        if words not in said.stdout:
            return True
    return False
