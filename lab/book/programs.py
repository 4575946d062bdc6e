"""The programs of a chapter: which files it shows, in which language, and what they call."""

from __future__ import annotations

import ast
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lab.book.links import label

LANGUAGES = {
    ".py": "python",
    ".sh": "sh",
    ".php": "php",
    ".html": "html",
    ".c": "c",
    ".go": "go",
    ".java": "java",
    ".js": "javascript",
    ".rs": "rust",
}
"""The language of a file, by its ending; what has another ending is data and is not shown."""

_CALLS = frozenset(name for name in dir(socket.socket) if name[0] != "_")
_USUAL = frozenset({"sys", "__future__", "os", "time"})
"""Modules that say nothing about networks."""


@dataclass(frozen=True)
class Program:
    """A file of a scenario's folder, as a chapter shows it."""

    name: str
    content: bytes

    @property
    def language(self) -> str:
        """Its language; nothing for a file of data."""
        return LANGUAGES.get(self.name[self.name.rfind(".") :], "")

    @property
    def text(self) -> str:
        """Its text."""
        return self.content.decode("utf-8", "replace")

    def names(self) -> Iterator[str]:
        """Yield what an index has of it: the modules and the calls of sockets that it uses."""
        if self.language != "python":
            return
        try:
            nodes = list(ast.walk(ast.parse(self.content)))
        except (SyntaxError, ValueError):
            return
        for node in nodes:
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            elif isinstance(node, ast.Attribute) and node.attr in _CALLS:
                yield f"{node.attr}()"
            for module in modules:
                outer = module.partition(".")[0]
                if outer in sys.stdlib_module_names and outer not in _USUAL:
                    yield module


def programs_of(files: Mapping[str, bytes]) -> list[Program]:
    """Return the files of a scenario's folder as a chapter shows them."""
    return [Program(name, content) for name, content in files.items()]


def section(scenario: str, programs: list[Program]) -> str:
    """Return the programs as Markdown; each has a name that links lead to."""
    parts = ["## The programs\n"]
    for program in programs:
        parts.append(f"({label(scenario, program.name)})=\n### `{program.name}`\n")
        if program.language:
            parts.append(_fenced(program) + "\n")
        else:
            lines = program.text.count("\n")
            parts.append(f"Data: {lines:,} lines, {len(program.content):,} bytes. Not shown.\n")
    return "\n".join(parts) if programs else ""


def _fenced(program: Program) -> str:
    ticks = "```"
    while ticks in program.text:
        ticks += "`"
    end = "" if program.text.endswith("\n") else "\n"
    return f"{ticks}{program.language}\n{program.text}{end}{ticks}"
