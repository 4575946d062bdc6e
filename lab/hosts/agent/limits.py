"""The words that run a program as the ordinary user, under limits.

setpriv(1) and prlimit(1) set privileges and limits, and then become the program. So no code of the
lab runs between the drop of privileges and the program.
"""

from __future__ import annotations

from typing import Any

from lab.hosts.agent.reader import group_of

STACK = 2 << 20
"""Bytes of each thread's stack: with the usual 8 MB, forty threads would use up the limit."""

OPEN = 1024
"""How many files and sockets a program may have open, unless it asks for more."""

UNDER_LIMITS = (
    "setpriv --reuid={user} --regid={user} --groups={group} --no-new-privs"
    " --bounding-set=-all --inh-caps=-all --ambient-caps=-all --"
    # Where the programs together use up the host's memory, the kernel kills them, not the agent.
    " choom -n 1000 --"
    # No limit on address space: the allocator reserves much of it for each thread, unused. Of open
    # files the usual limit, which not every engine sets; the hard one is the engine's.
    f" prlimit --data={{memory}} --stack={STACK} --cpu={{cpu}} --nproc={{processes}}"
    f" --fsize={{file}} --nofile={OPEN}: --core=0 --"
)
"""The words that drop privileges, set limits and become the program named behind them."""


def words(request: dict[str, Any], number: int) -> list[str]:
    """Return the words that stand before those of a program; none for one that runs as root."""
    if request["user"] is None:
        return []
    under = {"user": request["user"], "group": group_of(number), **request["limits"]}
    return UNDER_LIMITS.format(**under).split()
