"""A running Chromium with one page, asked over a pipe in its own protocol.

https://chromedevtools.github.io/devtools-protocol/: JSON, each message ended by a zero byte. A pipe
and not a port, so that nothing of it shows in the host's socket table.
"""

import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAMS = {True: "chromium", False: "chromium-headless-shell"}
"""The programs of Debian's packages of the same names: the whole Chromium, and its shell."""

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
    "--host-resolver-rules=MAP *.google.com ~NOTFOUND, MAP *.googleapis.com ~NOTFOUND,"
    " MAP *.gstatic.com ~NOTFOUND, MAP *.gvt1.com ~NOTFOUND",
    # Chromium takes IPv6 for missing where no route leads to an address of its maker's.
    "--enable-features=EnableIPv6ReachabilityOverride",
)

PATIENCE = 20.0
"""Seconds that Chromium may take for an answer."""


class BrowserError(Exception):
    """The browser could not do what it was asked, such as to open a page."""


class Chromium:
    """A process with a home and a profile of its own, both gone when it is closed."""

    def __init__(self, size, trust, *, whole):
        """Start it; ``size`` is in pixels, ``trust`` an authority's certificate or None.

        It is the ``whole`` Chromium, or its headless shell, which is all but what users see
        around a page: https://developer.chrome.com/blog/chrome-headless-shell
        """
        self._home = Path(tempfile.mkdtemp(prefix="browser-"))
        self._said = self._home / "said"
        self._numbers = itertools.count(1)
        self._unread = bytearray()
        self._answers = {}
        self._session = None
        self._has_crashed = False
        self._process = None
        self.happens = lambda what, about: None
        """Called with each event: its name and what is told of it."""
        try:
            if trust is not None:
                self._trust(Path(trust))
            self._start(PROGRAMS[whole], size)
        except BaseException:
            self.close()
            raise

    def ask(self, method, **parameters):
        """Send a command; return its answer."""
        number = self.tell(method, **parameters)
        give_up = time.monotonic() + PATIENCE
        while number not in self._answers:
            if time.monotonic() > give_up:
                raise BrowserError(f"{method} was not answered within {PATIENCE:g} s")
            self.hear(1.0)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def tell(self, method, **parameters):
        """Send a command; return its number."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        unsent = json.dumps(message).encode() + b"\0"
        try:
            while unsent:
                unsent = unsent[os.write(self._to, unsent) :]
        except BrokenPipeError:
            raise BrowserError(f"Chromium has ended: {self._last_words()}") from None
        return number

    def hear(self, within):
        """Take what Chromium says next, if it says anything in time."""
        if select.select([self._from], [], [], within)[0]:
            self._take()
        # Nobody answers for the page then.
        if self._has_crashed and self._session is not None:
            raise BrowserError("the process that draws the page has crashed; is /tmp full?")

    def _take(self):
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
                self._has_crashed |= message["method"] == "Inspector.targetCrashed"
                self.happens(message["method"], message["params"])

    def wait(self, what, holds, within=PATIENCE):
        """Wait until ``holds()`` is true, and return what it is."""
        give_up = time.monotonic() + within
        while not (value := holds()):
            if time.monotonic() > give_up:
                raise BrowserError(f"waited {within:g} s in vain for {what}")
            self.hear(0.02)
        return value

    def close(self):
        """End it, and remove its home."""
        if self._process is not None:
            try:
                self._session = None
                self.ask("Browser.close")
                self._process.wait(PATIENCE)
            except (BrowserError, subprocess.TimeoutExpired):
                self._process.kill()
                self._process.wait()
            os.close(self._to)
            os.close(self._from)
            self._process = None
        shutil.rmtree(self._home, ignore_errors=True)

    def _trust(self, certificate):
        """Put an authority into the store of this browser's own home, where Chromium looks."""
        store = self._home / ".pki" / "nssdb"
        store.mkdir(parents=True)
        for words in (
            ["-N", "--empty-password"],
            ["-A", "-n", certificate.name, "-t", "C,,", "-i", str(certificate)],
        ):
            done = subprocess.run(
                ["certutil", "-d", f"sql:{store}", *words],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise BrowserError(f"{certificate} cannot be trusted: {done.stderr.strip()}")

    def _start(self, program, size):
        theirs, self._to = os.pipe()
        self._from, theirs_too = os.pipe()
        # Chromium reads from 3 and writes to 4, which may be in use here: a shell puts them there.
        words = [
            *("sh", "-c", f'exec "$@" 3<&{theirs} 4>&{theirs_too}', "sh"),
            *(program, *FLAGS),
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
        pages = self.wait("Chromium to start", self._pages)
        attached = self.ask("Target.attachToTarget", targetId=pages[0], flatten=True)
        self._session = attached["sessionId"]

    def _pages(self):
        targets = self.ask("Target.getTargets")["targetInfos"]
        return [target["targetId"] for target in targets if target["type"] == "page"]

    def _last_words(self):
        said = self._said.read_text(errors="replace").split()
        return " ".join(said[-40:]) or "without a word"
