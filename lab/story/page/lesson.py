"""The lesson around a run: its README as HTML, its programs in colour."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from lab.story.page.coloured import coloured
from lab.story.page.template import plain
from lab.story.readme import BLOCK
from lab.wire.address import Family

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FOLDING = re.compile(r"(</?details>|</?summary>)")
"""The only markup that a README may hold besides Markdown."""


@dataclass(frozen=True)
class Lesson:
    """What a scenario's folder holds: its title, its README, its programs' texts by file name.

    ``home`` is where the folder is, seen from the page. ``words`` are those of a run as the README
    writes them, by name. A program of one host only may stand as ``HOST/FILE``. ``glossary`` is the
    course's own glossary for students, as Markdown.
    """

    title: str = ""
    readme: str = ""
    programs: Mapping[str, str] = field(default_factory=dict)
    home: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    glossary: str = ""

    def named(self, host: str, program: str) -> str:
        """Return the name under which a host's program is among the programs; else nothing."""
        own = f"{host}/{program}"
        return own if own in self.programs else program if program in self.programs else ""


def rendered(
    lesson: Lesson,
    family: Family = Family.IPV4,
    *,
    other: str = "",
    badges: Mapping[str, tuple[int, str]] | None = None,
) -> Markup:
    """Return the README as HTML; links to the programs lead to them within the page.

    The stories in it are the page's own pictures: that of the run's ``family``, and the page at
    ``other`` for the other IP version. ``badges`` are a number and a name in the page for each
    comment that stands for a thing to see. Headings begin at the second level.
    """

    def told(block: re.Match[str]) -> str:
        if block["kind"] is None or block["name"] or block["host"]:
            return block[0]
        if Family(block["family"]) is family:
            return "*It is [the picture on this page](#story).*"
        return f"*It is [a page of its own]({other}).*" if other else ""

    text = BLOCK.sub(told, plain(lesson.readme))
    env = {"lesson": lesson, "other": other, "badges": badges or {}}
    html = _markdown().render(text, env)
    return Markup(html)  # noqa: S704 - the renderer escapes all but the folding above


def heading(readme: str) -> str:
    """Return the title that a README has; nothing where it has none."""
    found = re.search(r"^# +(.+?) *#*$", readme, re.MULTILINE)
    return found[1] if found else ""


def anchor(name: str) -> str:
    """Return the name under which a program stands in the page."""
    return "file-" + re.sub(r"[^A-Za-z0-9]+", "-", name)


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True, "highlight": _fence}).enable("table")
    markdown.add_render_rule("html_block", _markup)
    markdown.add_render_rule("html_inline", _markup)
    markdown.add_render_rule("link_open", _link)
    markdown.add_render_rule("heading_open", _heading)
    markdown.add_render_rule("heading_close", _heading)
    markdown.add_render_rule("image", _image)
    return markdown


def _fence(text: str, language: str, _: str) -> str:
    return str(coloured(text, language))


def _heading(_: RendererHTML, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    """Return a heading's markup one level down: the page has a title already."""
    level = min(int(tokens[index].tag[1:]) + 1, 6)
    return f"<h{level}>" if tokens[index].nesting > 0 else f"</h{level}>\n"


def _markup(_: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    """Return markup that folds answers away as it is, and all other markup as plain text."""
    badge = env["badges"].get(tokens[index].content.strip())
    if badge is not None:
        number, place = badge
        return f'<a class="badge" href="#{place}" data-place="{place}">{number}</a>'
    text = _COMMENT.sub("", tokens[index].content)
    # Every other piece is what the pattern found.
    pieces = enumerate(_FOLDING.split(text))
    return "".join(piece if number % 2 else str(escape(piece)) for number, piece in pieces)


def _link(_: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    lesson: Lesson = env["lesson"]
    target = str(tokens[index].attrGet("href") or "")
    if target in lesson.programs:
        target = "#" + anchor(target)
    elif target != env["other"] and not re.match(r"[a-z][a-z0-9+.-]*:|#|/", target) and lesson.home:
        target = f"{lesson.home}/{target}"
    return f'<a href="{escape(target)}">'


def _image(_: RendererHTML, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return f"<em>{escape(tokens[index].content)}</em>"
