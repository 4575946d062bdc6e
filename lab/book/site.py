"""The book's Markdown made into HTML by Sphinx: many pages for a screen, one for paper."""

from __future__ import annotations

import io
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab.errors import CouldNotJudge

Settings = Mapping[str, Any]
"""Values of Sphinx's configuration, by their names."""

EXTRA = "extra"
"""The folder below the Markdown whose files come as they are."""

_NEEDLESS = ("_sources", ".buildinfo", "objects.inv")
"""What Sphinx leaves for itself and for other sites."""

STYLE = Path(__file__).parent / "style"

_COMMON: Settings = {
    "extensions": ["myst_parser"],
    "highlight_language": "none",
    "html_copy_source": False,
    "html_show_copyright": False,
    "html_show_search_summary": False,  # it would fetch pages, which no browser does from a disk
    "html_show_sourcelink": False,
    "html_show_sphinx": False,
    "html_static_path": [str(STYLE)],
    "html_use_index": False,
    "language": "en",
    "smartquotes": False,
    "source_suffix": {".md": "markdown"},
}

SCREEN: Settings = {
    **_COMMON,
    "html_css_files": ["screen.css"],
    "html_theme": "furo",
    "html_theme_options": {"navigation_with_keys": True},
}

PAPER: Settings = {
    **_COMMON,
    "html_css_files": ["paper.css"],
    "html_theme": "basic",
    "html_theme_options": {"nosidebar": True},
    "pygments_style": "default",
}


def built(source: Path, out: Path, builder: str, title: str, how: Settings) -> None:
    """Have Sphinx make the pages of a folder of Markdown; it asks no network for anything.

    Raises CouldNotJudge where Sphinx is not installed, or complains of anything at all.
    """
    try:
        from sphinx.application import Sphinx  # noqa: PLC0415 - an extra that few need
        from sphinx.errors import SphinxError  # noqa: PLC0415
        from sphinx.util.docutils import docutils_namespace  # noqa: PLC0415
    except ImportError as error:
        raise CouldNotJudge(
            "making the book", f"{error.name} is not installed", "pip install 'socketlab[book]'"
        ) from None
    said = io.StringIO()
    own = {
        "project": title,
        "html_title": title,
        "html_short_title": title,
        "html_extra_path": [str(source / EXTRA)],
        "exclude_patterns": [EXTRA],
    }
    try:
        # What one of these packages has to say to another about the future is no complaint of ours.
        with docutils_namespace(), warnings.catch_warnings(action="ignore"):
            sphinx = Sphinx(
                source,
                None,
                out,
                source.parent / f"{source.name}-doctrees",
                builder,
                confoverrides={**how, **own},
                status=None,
                warning=said,
                freshenv=True,
            )
            sphinx.build()
    except SphinxError as error:
        raise CouldNotJudge("making the book's pages", str(error), "correct the lesson") from error
    if complaints := said.getvalue().strip():
        raise CouldNotJudge(
            "making the book's pages",
            complaints.replace(f"{source}/", ""),
            "correct the lesson that is named",
        )
    for each in map(out.joinpath, _NEEDLESS):
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)
