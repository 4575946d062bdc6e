"""A headless Chromium for the page's tests, and pages made of runs that were made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import FLAGS, LAPTOP, Open, Sized, visit
from played import Play, timeline_of
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from waiting import wait_for

from lab.observation.observation import Observation
from lab.observation.verdict import Verdict
from lab.story.page.lesson import Lesson
from lab.story.page.render import render_page
from lab.story.timeline.timeline import Timeline

PROGRAMS = ("/usr/lib/chromium/chromium-headless-shell", "chromium", "google-chrome")
"""What a page is shown in, the first that is here. The shell takes half of Chromium's time.

It is Debian's; the command of that name is a script, and the driver would end that instead of it.
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[webdriver.Chrome]:
    """Give a browser that asks nobody for anything."""
    chromium = next(filter(None, map(shutil.which, PROGRAMS)), None)
    driver = shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("no Chromium here; as root: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with webdriver.Chrome(options=options, service=Service(driver)) as opened:
        profile = opened.capabilities["chrome"]["userDataDir"]
        yield opened
    wait_for(f"the browser of {profile} to end", lambda: not _processes_of(profile))


def _processes_of(profile: str) -> list[str]:
    """Return the numbers of the processes that have a profile in their command line."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if profile.encode() in each.read_bytes():
                found.append(each.parent.name)
    return found


@pytest.fixture
def shows(browser: webdriver.Chrome, tmp_path: Path) -> Iterator[Open]:
    """Give what opens the page of a run; at the end, nothing in it may have gone wrong."""

    def show(
        play: Play | Observation,
        *,
        size: tuple[int, int] = LAPTOP,
        verdicts: Sequence[Verdict] = (),
        sister: Timeline | None = None,
        lesson: Lesson | None = None,
    ) -> webdriver.Chrome:
        path = tmp_path / "page.html"
        observation = play.observation() if isinstance(play, Play) else play
        timeline = replace(timeline_of(observation, verdicts), sister=sister)
        path.write_text(render_page(timeline, lesson), encoding="utf-8")
        _resize(browser, size)
        visit(browser, path.as_uri())
        return browser

    _complaints(browser)
    yield show
    assert _complaints(browser) == []


@pytest.fixture
def sized(browser: webdriver.Chrome) -> Sized:
    """Give what opens a file in a window of a given size."""

    def opened(path: Path, size: tuple[int, int]) -> webdriver.Chrome:
        _resize(browser, size)
        visit(browser, path.as_uri())
        return browser

    return opened


def _resize(browser: webdriver.Chrome, size: tuple[int, int]) -> None:
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def _complaints(browser: webdriver.Chrome) -> list[str]:
    """Return what the browser has complained about since it was last asked."""
    entries = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return [entry["message"] for entry in entries]
