"""A page printed to PDF by Chromium, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from lab.errors import CouldNotJudge, DeadlinePassed

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DEADLINE = 300.0
"""Seconds that Chromium gets for the whole book; it takes about twenty."""

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def browser() -> str:
    """Return where Chromium is; raises CouldNotJudge where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise CouldNotJudge(
            "printing the book",
            "there is no Chromium on this machine (the site is whole without it)",
            "as root on Debian: apt-get install chromium",
        )
    return found


def printed(page: Path, pdf: Path) -> None:
    """Print a page; raises CouldNotJudge where Chromium is missing or fails."""
    program = browser()
    rooted = ["--no-sandbox"] if os.geteuid() == 0 else []
    with TemporaryDirectory() as profile:
        command = [program, *_FLAGS, *rooted, f"--user-data-dir={profile}"]
        command += [f"--print-to-pdf={pdf}", page.as_uri()]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=DEADLINE, check=False, text=True
            )
        except subprocess.TimeoutExpired:
            raise DeadlinePassed(
                "printing the book", f"Chromium took more than {DEADLINE:.0f} s", "make book again"
            ) from None
    if done.returncode != 0 or not pdf.is_file():
        last = done.stderr.strip().splitlines()[-3:]
        raise CouldNotJudge("printing the book", "Chromium failed\n" + "\n".join(last))
