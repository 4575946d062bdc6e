"""A browser that a program drives: Chromium without a window, with a new profile each time.

from socketlab_browser import Browser

with Browser() as browser:
    browser.open("http://server:8080/")
    print(browser.title)
    print(browser.text)
    browser.screenshot("page.png")
"""

import base64
import contextlib
import json
import time
from pathlib import Path

from socketlab_browser.chromium import BrowserError, Chromium

__all__ = ["Browser", "BrowserError"]

ICON_PATIENCE = 6.0
"""Seconds that are waited for a page's icon; a browser may have reasons not to want it."""

ICONS = """(() => {
    const links = [...document.querySelectorAll("link[rel~=icon]")].map(link => link.href);
    const icons = links.length ? links : [location.origin + "/favicon.ico"];
    return icons.filter(icon => icon.startsWith("http"));
})()"""


class Browser:
    """A running browser with one page. ``with Browser() as browser:`` closes it at the end."""

    def __init__(self, *, trust=None, size=(640, 480), icons=False):
        """Start it. ``trust`` is a file with the certificate of an authority that it trusts.

        ``size`` is the width and height of the page in pixels. With ``icons`` it is the whole
        Chromium, which asks for each page's icon as browsers with a window do. Without, it is
        Chromium's headless shell: the same pages in half the time, and no icons.
        """
        self._loads = 0
        self._requests = {}
        self._fetched = set()
        self._icons = set() if icons else None
        self._chromium = Chromium(size, trust, whole=icons)
        self._chromium.happens = self._happens
        self._ask = self._chromium.ask
        self._ask("Inspector.enable")
        self._ask("Page.enable")
        self._ask("Network.enable")
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=False,
        )

    def open(self, url):
        """Go to a page and wait until it is loaded; raises BrowserError where there is none."""
        with self._loading(url):
            answer = self._ask("Page.navigate", url=url)
            if "errorText" in answer:
                raise BrowserError(f"{url}: {answer['errorText']}")

    @property
    def title(self):
        """The title of the page."""
        return self.run("document.title")

    @property
    def text(self):
        """The text that a reader sees."""
        return self.run("document.body ? document.body.innerText : ''")

    @property
    def url(self):
        """Where the page is."""
        return self.run("location.href")

    def run(self, script):
        """Run JavaScript in the page, and return the value that it has in the end."""
        answer = self._ask(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            why = details.get("exception", {}).get("description") or details.get("text", "")
            raise BrowserError(why.partition("\n")[0])
        return answer["result"].get("value")

    def wait_for(self, script, within=10.0):
        """Wait until JavaScript says true, also on a page that comes meanwhile."""

        def holds():
            try:
                return self.run(script)
            except BrowserError:
                return False  # a page that is being replaced, or has no such element yet

        self._chromium.wait(f"{script} to be true", holds, within)

    def click(self, selector):
        """Click in the middle of the element that a CSS selector names, as a mouse does."""
        self._element(selector, "scrollIntoView({block: 'center', behavior: 'instant'})")
        box = self._element(selector, "getBoundingClientRect().toJSON()")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def click_through(self, selector):
        """Click what leads to another page, and wait until that is loaded."""
        with self._loading(f"another page after a click on {selector}"):
            self.click(selector)

    def fill(self, selector, text):
        """Type a text into the field that a CSS selector names, in place of what is there."""
        self._element(selector, "focus()")
        self._element(selector, "select?.()")
        self._ask("Input.insertText", text=text)

    def screenshot(self, path):
        """Save a picture of what is seen of the page, as PNG."""
        picture = self._ask("Page.captureScreenshot", format="png")
        Path(path).write_bytes(base64.b64decode(picture["data"]))

    def close(self):
        """End the browser, and remove its profile."""
        self._chromium.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @contextlib.contextmanager
    def _loading(self, what):
        """Wait for a page that what is done meanwhile leads to, and for the icon that it has.

        The whole Chromium asks for a page's icon on its own, once the page is there. If it were
        closed at once, whether it still did would be a matter of luck.
        """
        loads = self._loads
        yield
        self._chromium.wait(f"{what} to load", lambda: self._loads > loads)
        if self._icons is None:
            return
        icons = set(self.run(ICONS)) - self._icons
        self._icons |= icons
        give_up = time.monotonic() + ICON_PATIENCE
        while icons - self._fetched and time.monotonic() < give_up:
            self._chromium.hear(0.1)

    def _element(self, selector, action):
        name = json.dumps(selector)
        return self.run(
            f"(element => {{ if (!element) throw new Error('the page has no ' + {name});"
            f" return element.{action} }})(document.querySelector({name}))"
        )

    def _happens(self, what, about):
        if what == "Page.loadEventFired":
            self._loads += 1
        elif what == "Network.requestWillBeSent":
            self._requests[about["requestId"]] = about["request"]["url"]
        elif what in ("Network.loadingFinished", "Network.loadingFailed"):
            self._fetched.add(self._requests.pop(about["requestId"], None))
        elif what == "Page.javascriptDialogOpening":
            # Nobody is there to answer; it is closed, and the page goes on.
            self._chromium.tell("Page.handleJavaScriptDialog", accept=True)
