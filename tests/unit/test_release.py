"""tools/release: what is unreleased becomes the section of a version, or the release is refused."""

from __future__ import annotations

from typing import Any

import pytest
from places import ROOT, script

HEAD = "# Changelog\n\nWhat changes.\n\n## Unreleased\n"
OLD = "## 0.1.0 (2026-01-01)\n\n- First.\n"


@pytest.fixture(scope="module")
def release() -> Any:
    """Give the tool as a module."""
    return script(ROOT / "tools" / "release")


def test_what_is_unreleased_becomes_the_section_of_the_version(release: Any) -> None:
    text = release.released(f"{HEAD}\n- New.\n\n{OLD}", "0.2.0", "2026-11-26")
    assert text == f"{HEAD}\n## 0.2.0 (2026-11-26)\n\n- New.\n\n{OLD}"


def test_the_first_version_has_no_section_below_it(release: Any) -> None:
    text = release.released(f"{HEAD}\n- New.\n", "0.2.0", "2026-11-26")
    assert text == f"{HEAD}\n## 0.2.0 (2026-11-26)\n\n- New.\n"


def test_a_section_that_is_there_gets_what_came_later(release: Any) -> None:
    written = f"{HEAD}\n## 0.2.0 (soon)\n\n### Added\n\n- One.\n\n{OLD}"
    assert release.released(written, "0.2.0", "2026-11-26") == written
    later = written.replace("## Unreleased\n", "## Unreleased\n\n- Two.\n")
    text = release.released(later, "0.2.0", "2026-11-26")
    assert text == written.replace("(soon)\n\n", "(soon)\n\n- Two.\n\n")


def test_a_version_of_which_nothing_is_said_is_refused(release: Any) -> None:
    with pytest.raises(ValueError, match=r"says nothing of 0\.2\.0"):
        release.released(f"{HEAD}\n{OLD}", "0.2.0", "2026-11-26")


def test_the_changelog_of_this_version_begins_with_what_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.partition("\n## ")[2].startswith("Unreleased\n")


def test_a_manifest_has_every_image_and_is_of_the_version(release: Any) -> None:
    written = {"version": "0.2.0", "images": {"host": {}, "dns": {}}}
    assert release.lacking(written, "0.2.0", ["dns", "host"]) == []
    first, second = release.lacking(written, "0.3.0", ["dns", "host", "web"])
    assert "0.2.0" in first
    assert "image web" in second
