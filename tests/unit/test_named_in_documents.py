"""What documents name is there: commands, options, targets of make, files and headings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from places import ROOT

from lab.cli import COMMANDS, lab
from lab.cli.words import ALIASES

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("scenarios/*/README.md"),
    ]
)
CODE = re.compile(r"`([^`\n]+)`|^ {4,}(\S[^\n]*)$", re.MULTILINE)
COMMAND = re.compile(
    r"(?<!from )(?:^|(?<=[\s(])|\.venv/bin/)lab ((?:--)?[a-z][a-z-]*)( [^#;|&)]*)?"
)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Return each command of the lab that a page names: its name, and its long options."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for inline, block in CODE.findall(text):
        for match in COMMAND.finditer(inline or block):
            options = re.findall(r"(?<!\S)--[a-z][a-z0-9-]*", match[2] or "")
            yield match[1], options


def options_of(name: str) -> set[str]:
    """Return the options that a command has."""
    command = lab.get_command(click.Context(lab), name)
    assert command is not None
    return {"--help", *(option for each in command.params for option in each.opts)}


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_command_that_a_page_names_is_one_and_has_these_options(page: Path) -> None:
    for name, options in commands(page):
        if name.startswith("--"):
            assert name in {"--help", "--version"}, name
            continue
        assert name in COMMANDS or name in ALIASES, f"lab {name}"
        if name not in {"exec", "shell", "capture"}:  # what follows the host is its own
            assert set(options) <= options_of(name), shlex.join(["lab", name, *options])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        where, _, anchor = link.partition("#")
        if ":" in where:
            continue
        target = (page.parent / where) if where else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_each_target_of_make_that_a_document_names_is_one() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        for inline, block in CODE.findall(page.read_text(encoding="utf-8")):
            for name in re.findall(r"^make ([a-z][a-z-]*)", inline or block):
                assert name in targets, f"{page.name}: make {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_commands_of_a_page_are_found_at_all(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if "lab run" in FENCE.sub("", text):
        assert any(commands(page))


def test_make_lab_ends_with_the_command_that_shows_the_lab_live() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\nlab: ")[2].partition("\n\n")[0].splitlines()
    assert recipe[-1].startswith("\t@echo ")
    assert re.findall(r"\$\(LAB\) ([a-z-]+)", recipe[-1]) == ["live"]
    assert "live" in COMMANDS
