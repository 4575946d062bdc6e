"""The README's pictures show the page as it is now."""

from __future__ import annotations

import pytest
from pictured import DIGEST, SIZE, digest, page
from places import ROOT


def test_the_pictures_are_of_the_page_as_it_is_now() -> None:
    kept = DIGEST.read_text(encoding="utf-8").strip()
    assert digest(page()) == kept, "the page has changed: .venv/bin/python tools/pictures"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_readme_shows_a_picture_of_each_theme(theme: str) -> None:
    name = f"docs/page-{theme}.png"
    assert name in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / name).read_bytes()[16:24] == b"".join(n.to_bytes(4, "big") for n in SIZE)
