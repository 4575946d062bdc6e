"""A run in a notebook: IPython shows an observation as its ladder."""

from __future__ import annotations

import sys
from typing import Any

SVG = "image/svg+xml"


def register(formatters: Any = None) -> None:
    """Tell IPython how to show an observation; without a running shell do nothing.

    ``formatters`` are IPython's formatters by media type (``DisplayFormatter.formatters``), those
    of the running shell by default. IPython looks the class up by its name only when it has to show
    an object, so this imports neither the class nor what draws it.
    """
    if formatters is None:
        shell = sys.modules["IPython"].get_ipython()
        if shell is None:
            return
        formatters = shell.display_formatter.formatters
    formatters[SVG].for_type_by_name("lab.observation.observation", "Observation", _ladder)


def _ladder(observation: Any) -> str:
    # Most notebooks draw nothing.
    from lab.observation.run import Run  # noqa: PLC0415
    from lab.story.page.ladder.picture import svg  # noqa: PLC0415
    from lab.story.timeline.timeline import Timeline  # noqa: PLC0415

    return svg(Timeline.of(Run.of(observation)))
