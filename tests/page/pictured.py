"""The page that the README shows: a fixed run of a lesson, photographed light and dark."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from browsing import FLAGS, visit
from places import ROOT
from played import hello, timeline_of
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from lab.observation.verdict import Outcome, Verdict
from lab.scenario import catalogue
from lab.story.page.lesson import Lesson
from lab.story.page.render import render_page

DIGEST = ROOT / "docs" / "pictures.sha256"
SIZE = (1360, 860)
EXPECTED = ("the_handshake_is_complete", "the_server_answers", "the_server_closes_first")


def page() -> str:
    """Return the page of a run made by hand: it has the same times and ports on every machine."""
    verdicts = [Verdict(f"test_{name}", Outcome.HOLDS) for name in EXPECTED]
    title = catalogue.load(ROOT / "scenarios" / "tcp_connect").summary
    timeline = timeline_of(hello().observation("tcp_connect"), verdicts)
    return str(render_page(timeline, Lesson(title)))


def digest(html: str) -> str:
    """Return what changes with the page and all that is in it."""
    return sha256(html.encode()).hexdigest()


def photographed(html: str, theme: str, picture: Path) -> None:
    """Take a picture of the page's first screen in a theme, with the first data packet chosen."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for flag in FLAGS:
        options.add_argument(flag)
    driver = Service(shutil.which("chromedriver") or "")
    with TemporaryDirectory() as folder, webdriver.Chrome(options, driver) as browser:
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        width, height = SIZE
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": theme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        visit(browser, file.as_uri())
        browser.find_element(By.ID, "next").click()
        browser.execute_script("scrollTo(0, 0)")
        browser.save_screenshot(str(picture))
