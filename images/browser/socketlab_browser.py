"""A browser that a program drives: Chromium without a window, with a new profile each time.

    from socketlab_browser import Browser

    with Browser() as browser:
        browser.open("http://server:8080/")
        print(browser.title)
        print(browser.text)
        browser.screenshot("page.png")

It is asked in Chromium's own protocol (https://chromedevtools.github.io/devtools-protocol/) over a
pipe: JSON, each message ended by a zero byte. So no port of the host is used for it.
"""

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

FLAGS = (
    "--headless",
    "--no-sandbox",  # the Dockerfile says why
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--disable-gpu",
    "--disable-quic",  # TCP only: what a lesson on HTTP is about
    # What Chromium would do on the network of its own accord, for its maker and not for the page:
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    # Names are looked up as by any program (getaddrinfo, and so LOCALDOMAIN), http:// means http://,
    # and there is nobody to ask for suggestions, translations or hints.
    "--disable-features=AsyncDns,HttpsUpgrades,HttpsFirstBalancedMode,OptimizationHints,"
    "MediaRouter,Translate,NetworkTimeServiceQuerying",
    # What it would ask its maker's hosts in spite of all that, it is told not to find, unasked.
    "--host-resolver-rules=MAP accounts.google.com ~NOTFOUND, MAP *.googleapis.com ~NOTFOUND,"
    " MAP *.gstatic.com ~NOTFOUND, MAP *.gvt1.com ~NOTFOUND, MAP clients*.google.com ~NOTFOUND,"
    " MAP www.google.com ~NOTFOUND",
    # Chromium takes IPv6 for missing where no route leads to an address of its maker's.
    "--enable-features=EnableIPv6ReachabilityOverride",
)

PATIENCE = 20.0
"""Seconds that Chromium may take for an answer."""


ICON_PATIENCE = 3.0
"""Seconds that are waited for a page's icon; a browser may have reasons not to want it."""

ICONS = """(() => {
    const links = [...document.querySelectorAll("link[rel~=icon]")].map(link => link.href);
    const icons = links.length ? links : [location.origin + "/favicon.ico"];
    return icons.filter(icon => icon.startsWith("http"));
})()"""


class BrowserError(Exception):
    """The browser could not do what it was asked, such as to open a page."""


class Browser:
    """A running browser with one page. ``with Browser() as browser:`` closes it at the end."""

    def __init__(self, *, trust=None, size=(640, 480)):
        """Start it. ``trust`` is a file with the certificate of an authority that it trusts.

        ``size`` is the width and height of the page in pixels.
        """
        self._home = Path(tempfile.mkdtemp(prefix="browser-"))
        self._said = self._home / "said"
        self._numbers = itertools.count(1)
        self._unread = bytearray()
        self._answers = {}
        self._session = None
        self._loads = 0
        self._requests = {}
        self._fetched = set()
        self._icons = set()
        try:
            if trust is not None:
                self._trust(trust)
            self._start(size)
        except BaseException:
            self.close()
            raise

    # What a program uses.

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

        self._wait(f"{script} to be true", holds, within)

    def click(self, selector):
        """Click in the middle of the element that a CSS selector names, as a mouse does."""
        x, y = self._middle_of(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self._ask(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

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
        process = getattr(self, "_process", None)
        if process is not None:
            try:
                self._session = None
                self._ask("Browser.close")
                process.wait(PATIENCE)
            except (BrowserError, OSError, subprocess.TimeoutExpired):
                process.kill()
                process.wait()
            os.close(self._to)
            os.close(self._from)
            self._process = None
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # How it is done.

    @contextlib.contextmanager
    def _loading(self, what):
        """Wait for a page that what is done meanwhile leads to, and for the icon that it has.

        Chromium asks for a page's icon on its own, once the page is there. If the browser were
        closed at once, whether it still did would be a matter of luck.
        """
        loads = self._loads
        yield
        self._wait(f"{what} to load", lambda: self._loads > loads)
        icons = set(self.run(ICONS)) - self._icons
        self._icons |= icons
        give_up = time.monotonic() + ICON_PATIENCE
        while icons - self._fetched and time.monotonic() < give_up:
            self._hear(0.1)

    def _trust(self, path):
        """Put an authority into the store of this browser's own home, where Chromium looks."""
        store = self._home / ".pki" / "nssdb"
        store.mkdir(parents=True)
        where = ["-d", f"sql:{store}"]
        for words in (
            ["-N", "--empty-password"],
            ["-A", "-n", Path(path).name, "-t", "C,,", "-i", path],
        ):
            done = subprocess.run(
                ["certutil", *where, *words], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise BrowserError(f"{path} cannot be trusted: {done.stderr.strip()}")

    def _start(self, size):
        theirs, self._to = os.pipe()
        self._from, theirs_too = os.pipe()
        # Chromium reads from 3 and writes to 4, which may be in use here: a shell puts them there.
        words = [
            *("sh", "-c", f'exec "$@" 3<&{theirs} 4>&{theirs_too}', "sh"),
            *("chromium", *FLAGS),
            f"--user-data-dir={self._home}/profile",
            f"--window-size={size[0]},{size[1]}",
            "about:blank",
        ]
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                words,
                env={**os.environ, "HOME": str(self._home)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                pass_fds=(theirs, theirs_too),
            )
        os.close(theirs)
        os.close(theirs_too)
        pages = self._wait("Chromium to start", self._pages)
        attached = self._ask("Target.attachToTarget", targetId=pages[0], flatten=True)
        self._session = attached["sessionId"]
        self._ask("Page.enable")
        self._ask("Network.enable")
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=False,
        )

    def _pages(self):
        targets = self._ask("Target.getTargets")["targetInfos"]
        return [target["targetId"] for target in targets if target["type"] == "page"]

    def _element(self, selector, action):
        name = json.dumps(selector)
        return self.run(
            f"(element => {{ if (!element) throw new Error('the page has no ' + {name});"
            f" return element.{action} }})(document.querySelector({name}))"
        )

    def _middle_of(self, selector):
        self._element(selector, "scrollIntoView({block: 'center', behavior: 'instant'})")
        box = self._element(selector, "getBoundingClientRect().toJSON()")
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def _wait(self, what, holds, within=PATIENCE):
        give_up = time.monotonic() + within
        while not (value := holds()):
            if time.monotonic() > give_up:
                raise BrowserError(f"waited {within:g} s in vain for {what}")
            self._hear(0.02)
        return value

    def _ask(self, method, **parameters):
        """Send a command; return its answer."""
        number = self._tell(method, **parameters)
        give_up = time.monotonic() + PATIENCE
        while number not in self._answers:
            if time.monotonic() > give_up:
                raise BrowserError(f"{method} was not answered within {PATIENCE:g} s")
            self._hear(1.0)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _tell(self, method, **parameters):
        """Send a command; return its number."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        unsent = json.dumps(message).encode() + b"\0"
        while unsent:
            unsent = unsent[os.write(self._to, unsent) :]
        return number

    def _hear(self, within):
        """Take what Chromium says next, if it says anything in time."""
        if not select.select([self._from], [], [], within)[0]:
            return
        data = os.read(self._from, 1 << 16)
        if not data:
            raise BrowserError(f"Chromium has ended: {self._last_words()}")
        self._unread += data
        *messages, rest = self._unread.split(b"\0")
        self._unread = bytearray(rest)
        for message in map(json.loads, messages):
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                self._happens(message["method"], message["params"])

    def _happens(self, what, about):
        if what == "Page.loadEventFired":
            self._loads += 1
        elif what == "Network.requestWillBeSent":
            self._requests[about["requestId"]] = about["request"]["url"]
        elif what in ("Network.loadingFinished", "Network.loadingFailed"):
            self._fetched.add(self._requests.pop(about["requestId"], None))
        elif what == "Page.javascriptDialogOpening":
            # Nobody is there to answer; it is closed, and the page goes on.
            self._tell("Page.handleJavaScriptDialog", accept=True)

    def _last_words(self):
        said = self._said.read_text(errors="replace").split()
        return " ".join(said[-40:]) or "without a word"
