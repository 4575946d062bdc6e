"""A page inside a notebook: a frame of its own, from which nothing reaches the notebook."""

from __future__ import annotations

from pathlib import Path

from markupsafe import escape

HEIGHT = 640
"""Pixels of the frame; its reader may pull it larger."""

MOST_CHARACTERS = 4_000_000
"""A longer page stays in its file: a notebook keeps what it shows."""

STYLE = """<style>
.socketlab{width:100%;border:1px solid #8888;border-radius:4px;resize:vertical;color-scheme:light dark}
[data-jp-theme-light="false"] .socketlab,[theme="dark"] .socketlab,.vscode-dark .socketlab{color-scheme:dark}
[data-jp-theme-light="true"] .socketlab,[theme="light"] .socketlab,.vscode-light .socketlab{color-scheme:light}
</style>"""  # noqa: E501
"""A page in a frame is dark where the frame's element is (CSS Color Adjustment 1, 2.3)."""


def frame(line: str, page: str, file: Path | None, height: int = HEIGHT) -> str:
    """Return HTML that shows a page below a line of text.

    The frame is sandboxed: the page's script runs, with an origin of its own (HTML, 4.8.5). Where
    the page is too long, the line names the file that holds it.
    """
    said = f"<p>{escape(line)}</p>"
    if len(page) > MOST_CHARACTERS:
        where = f"The page is too long for a notebook. It is in {file}." if file else ""
        return f"{said}<p>{escape(where)}</p>"
    return (
        f'{said}{STYLE}<iframe class="socketlab" sandbox="allow-scripts" height="{height}" '
        f'title="{escape(line)}" srcdoc="{escape(str(page))}"></iframe>'
    )
