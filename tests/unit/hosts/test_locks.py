"""Locks: which packages an image is to have, and what of that is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from places import ROOT

from lab.hosts.docker.images.locks import changed, locked, shortened, written
from lab.hosts.docker.images.packages import packages
from lab.hosts.docker.images.recipe import Recipe

STATUS = """\
Package: curl
Status: install ok installed
Version: 7.88.1-10
Description: a tool
 Version: of a lie

Package: gone
Status: deinstall ok config-files
Version: 1

Package: bash
Status: install ok installed
Version: 5.2
"""


def test_only_what_is_installed_counts_by_its_own_version() -> None:
    assert packages(STATUS) == {"bash": "5.2", "curl": "7.88.1-10"}
    assert packages("") == {}


def test_a_lock_has_what_its_image_adds_or_changes() -> None:
    assert written({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "1"}) == "b=2\nc=3\n"


def test_what_is_not_as_locked_is_told_with_both_versions() -> None:
    assert list(changed({"a": "2", "b": "1"}, {"a": "1", "c": "1"})) == [
        "a 2 instead of 1",
        "b 1, not locked",
        "c missing instead of 1",
    ]
    assert list(changed({"a": "1"}, {"a": "1"})) == []


def test_a_lock_stands_on_those_of_the_images_below_and_counts_only_with_them(
    tmp_path: Path,
) -> None:
    host = Recipe("host", tmp_path / "host", "1", {"CA": "ca"})
    dns = Recipe("dns", tmp_path / "dns", "2", {"BASE": "host"})
    known = {"host": host, "dns": dns}
    (tmp_path / "base.lock").write_text("a=1\nb=1\n")
    (tmp_path / "dns.lock").write_text("nsd=4\n")
    assert locked(dns, known) is None
    (tmp_path / "host.lock").write_text("b=2\n")
    assert locked(dns, known) == {"a": "1", "b": "2", "nsd": "4"}


def test_a_screen_has_room_for_what_is_told() -> None:
    assert shortened(["x"] * 6) == ["x"] * 6
    assert shortened(["x"] * 8)[-1] == "and 2 more"


DOCKERFILES = sorted((ROOT / "images").glob("*/Dockerfile"))


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.parent.name)
def test_every_image_of_the_lab_has_a_lock(dockerfile: Path) -> None:
    lock = dockerfile.parent.with_name(f"{dockerfile.parent.name}.lock")
    assert lock.is_file(), f"lab images lock {dockerfile.parent.name}"


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.parent.name)
def test_no_image_keeps_the_packages_that_it_has_fetched(dockerfile: Path) -> None:
    """They were two fifths of a bundle: what is compressed already cannot be made smaller."""
    steps = re.split(r"^(?=RUN )", dockerfile.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for step in steps:
        assert "apt-get install" not in step or "&& apt-get clean" in step
