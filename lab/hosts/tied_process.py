"""A module of the agent's folder as a process of its own in a host, tied to whoever started it.

It is for what must not hold up the agent, and for readers without threads: a stream of what a host
sees, a shell in a terminal. Its standard input begins with what it needs and stays open: when that
ends, however the process here ends, the one in the host ends itself and all that it started.
"""

from __future__ import annotations

import json
import shutil
from typing import Any

from lab.hosts.channel import AGENT, LOAD, PACKAGES, sources
from lab.hosts.gateway import READ

NEEDS = {
    "stream": ("sockets", "watch", "frame", "tap", "guards", "stream"),
    "terminal": ("descendants", "terminal"),
}
"""The modules that are sent into the host for each that is started, in the order of imports."""

_LOADER = f"""{LOAD}
import json, os
{READ}
modules, main, given = json.loads(read(int.from_bytes(read(4), "big")))
load(modules)
sys.exit(sys.modules[main].main(**given))
"""


def command(identity: str) -> list[str]:
    """Return the command that starts such a process, as root, in the host of this identity.

    It is to run in the environment of the engine's endpoint.
    """
    # A session of its own: Ctrl-C at the terminal must not end it before the lab has done so.
    alone = ["setsid"] if shutil.which("setsid") else []
    words = ["docker", "exec", "-i", "-u", "0", "-w", "/", identity]
    return [*alone, *words, "/usr/bin/python3", "-I", "-c", _LOADER]


def preamble(module: str, **given: Any) -> bytes:
    """Return what the process is to read first: its modules, and what ``main`` is given."""
    empty = [(name, "") for name in PACKAGES[:3]]
    sent = [[*empty, *sources(NEEDS[module])], f"{AGENT}.{module}", given]
    body = json.dumps(sent).encode()
    return len(body).to_bytes(4, "big") + body
