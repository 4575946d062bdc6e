"""The page's templates and its small files: found in this package, everything filled in escaped."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from markupsafe import Markup

from lab.story.text import harmless


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("lab.story.page"),
        autoescape=True,
        finalize=_finished,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def keep_compiled(folder: Path) -> None:
    """Have compiled templates kept in a folder of the caller's, so that the next process is quick.

    Without this they are compiled anew in each process, which takes longer than a page does.
    """
    _environment().bytecode_cache = FileSystemBytecodeCache(str(folder))


def plain(text: str) -> str:
    """Return a text of several lines with control characters made visible, never obeyed."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(map(harmless, text.split("\n")))


def _finished(value: Any) -> Any:
    return plain(value) if type(value) is str else value


def fill(template: str, /, **values: Any) -> Markup:
    """Return a template with these values in it; whatever is text is escaped."""
    return Markup(_environment().get_template(template).render(**values))  # noqa: S704 - autoescaped


@cache
def asset(name: str) -> Markup:
    """Return a file of this package's own: a style sheet or a script."""
    text = (files("lab.story.page") / "assets" / name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file


def digest(script: str) -> str:
    """Return what allows this one script and no other (Content Security Policy Level 3, 2.3.1)."""
    return b64encode(sha256(script.encode()).digest()).decode("ascii")
