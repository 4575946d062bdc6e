"""What makes a program of a scenario's file and what runs it: Python, unless the file says else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lab.errors import UsageError
from lab.scenario.languages import MISSING, SCRIPTS, Language, language_of

HEAD = 100
"""Bytes of a file that tell what runs it."""

PYTHON = ("python3", "-u")

_BINARY = 'cp "$0" ~/.program && chmod +x ~/.program && exec ~/.program "$@"'
"""Runs a binary: the folder of a run has no right to execute files, the home has."""

_ELF = b"\x7fELF"
_WINDOWS = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+(?:[\w., \t]*,[ \t]*)?(?:tkinter|turtle|customtkinter)\b", re.M
)
_SHEBANG = re.compile(rb"#! *(?:/usr/bin/env +)?(?:[^ \n]*/)?(sh|bash|dash|perl)\b")


def named(file: str) -> str:
    """Return how a file is named to what runs it: -c.py is not read as options of Python's."""
    return f"./{file}" if file[:1] == "-" else file


@dataclass(frozen=True)
class Making:
    """How a file becomes a program: ``file`` is what runs in the end, by the words ``by``.

    ``language`` is None for Python, scripts and binaries.
    """

    file: str
    by: tuple[str, ...]
    language: Language | None

    @property
    def words(self) -> list[str]:
        """The words that run it, up to its arguments."""
        return [*self.by, named(self.file)]

    @property
    def is_python(self) -> bool:
        """Whether Python runs it: nothing says otherwise."""
        return self.by == PYTHON

    @property
    def compiler(self) -> str:
        """The image that compiles it; empty where nothing has to."""
        return self.language.compiler if self.language else ""

    @property
    def runtime(self) -> str:
        """The image that has what runs it, where a host has to get that first."""
        return self.language.runtime if self.language else ""


def opens_windows(texts: Mapping[str, bytes]) -> bool:
    """Whether one of a program's sources in Python imports what opens windows (tkinter)."""
    return any(name.endswith(".py") and _WINDOWS.search(content) for name, content in texts.items())


def making(file: str, content: bytes) -> Making:
    """Return how a file becomes a program; raises UsageError where no host can run it."""
    head, suffix = content[:HEAD], PurePosixPath(file).suffix
    if shebang := _SHEBANG.match(head):
        return Making(file, (shebang[1].decode(),), None)
    if suffix in MISSING:
        raise UsageError(
            f"running {file}",
            f"no host has what a program in {suffix} needs",
            "a program in Python, C, C++, Go, Java, JavaScript, Rust, sh, bash or Perl, or a"
            " binary for Linux",
        )
    language = language_of(file, head)
    if language is None:
        if head[:4] == _ELF:
            return Making(file, ("sh", "-c", _BINARY), None)
        return Making(file, (SCRIPTS[suffix],) if suffix in SCRIPTS else PYTHON, None)
    made = f"{PurePosixPath(file).stem}{language.made}" if language.compiler else file
    by = tuple(language.interpreter.split()) or ("sh", "-c", _BINARY)
    return Making(made, by, language)


def sources_of(file: str, texts: Mapping[str, bytes]) -> list[str]:
    """Return which of these texts a compiler is given for a file; none where it needs none."""
    language = making(file, texts[file]).language
    return language.sources(file, dict(texts)) if language and language.compiler else []
