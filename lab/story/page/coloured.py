"""A program's text in colours, as HTML; kept from one process to the next where that is wanted."""

from __future__ import annotations

import contextlib
import os
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup, escape
from pygments import __version__ as VERSION  # noqa: N812 - it is one

from lab.story.page.template import plain

PLAIN = ("", "text", "console")
"""Languages of a README that have no colours."""

MOST_KEPT = 1_000
"""How many texts are kept; then all of them are forgotten, as programs are edited all the time."""

_kept: list[Path] = []


def keep_coloured(folder: Path) -> None:
    """Have coloured texts kept in a folder of the caller's, so that the next process is quick.

    Loading Pygments and its lexer takes longer than the rest of a page.
    """
    _kept[:] = [folder]


def coloured(text: str, language: str) -> Markup:
    """Return a program's text as HTML, with its words' kinds as classes."""
    if language in PLAIN:
        return escape(plain(text))
    name = sha256(f"{VERSION}\0{language}\0{text}".encode(errors="surrogatepass")).hexdigest()
    for folder in _kept:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            html = (folder / f"{name}.html").read_bytes().decode()
            return Markup(html)  # noqa: S704 - what is below
    html = _made(plain(text), language)
    for folder in _kept:
        with contextlib.suppress(OSError, UnicodeEncodeError):
            _keep(folder, name, html)
    return Markup(html)  # noqa: S704 - Pygments escapes what it colours


def _made(text: str, language: str) -> str:
    # Loading these is what is to be spared.
    from pygments import highlight  # noqa: PLC0415
    from pygments.formatters.html import HtmlFormatter  # noqa: PLC0415
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.lexers.special import TextLexer  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    html: str = highlight(text, lexer, HtmlFormatter(nowrap=True))
    return html


def _keep(folder: Path, name: str, html: str) -> None:
    """Keep it whole or not at all; raises OSError."""
    there = [*folder.glob("*.html")]
    for each in there if len(there) >= MOST_KEPT else ():
        each.unlink(missing_ok=True)
    part = folder / f".part-{os.getpid()}-{name}"
    try:
        part.write_bytes(html.encode())
        part.replace(folder / f"{name}.html")
    finally:
        part.unlink(missing_ok=True)
