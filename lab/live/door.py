"""Where the command ``lab live`` comes in."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from lab.clone import Clone
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient
from lab.live.serving import Wanted, serve

SWITCHES = 0.001
"""Seconds after which a thread that works gives way to another."""


def open_until_interrupted(
    clone: Clone,
    client: EngineClient,
    *,
    say: Say,
    tell: Callable[[str], None],
    port: int = 0,
    share: bool = False,
    root: bool = False,
    chosen: str | None = None,
) -> None:
    """Serve the live page until Ctrl-C; ``tell`` gets what a person is to read.

    ``chosen`` is the scenario that is ready to be run. Raises UsageError where the port is taken.
    """
    # A key in a shell must not wait for the thread that draws packets.
    sys.setswitchinterval(SWITCHES)
    tell("Ctrl-C ends the page, its terminals and its faults. Open it once, here:")
    asyncio.run(serve(clone, client, Wanted(port, share, root, chosen or ""), say, tell))
