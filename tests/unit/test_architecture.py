"""The map of the code shows all of it, and nothing that is not there."""

from __future__ import annotations

import re

from places import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MAP, _, _ = PAGE.partition("## One run")


def shown() -> set[str]:
    """Return the modules that the table of the page names."""
    found: set[str] = set()
    for cell in re.findall(r"^\| (`.*?) \|", MAP, re.MULTILINE):
        first, *others = re.findall(r"`([\w/]+)`", cell)
        found |= {first, *(first + each if each[0] == "_" else each for each in others)}
    return {name.removesuffix("/") for name in found}


def test_every_module_of_the_lab_is_on_the_map() -> None:
    there = {path.stem for path in (ROOT / "lab").glob("[!_]*.py")}
    there |= {path.parent.name for path in (ROOT / "lab").glob("*/__init__.py")}
    assert there <= shown()


def test_what_is_on_the_map_is_there() -> None:
    for name in shown():
        assert (ROOT / "lab" / f"{name}.py").exists() or (ROOT / "lab" / name).is_dir(), name
