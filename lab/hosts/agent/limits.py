"""The words that run a program as the ordinary user, under limits.

capsh(1) drops the privileges, sh(1) sets the limits, and each becomes the next. So no code of the
lab runs between the drop of privileges and the program. Both are small: what they read and close
is traced as well (trace.py). setpriv(1), choom(1) and prlimit(1) instead make three times as many
calls, which took 4 ms of each traced start.
"""

from __future__ import annotations

import pwd
from typing import Any

from lab.hosts.agent.reader import group_of

STACK = 2 << 20
"""Bytes of each thread's stack: with the usual 8 MB, forty threads would use up the limit."""

OPEN = 1024
"""How many files and sockets a program may have open, unless it asks for more."""

DROP = (
    "/usr/sbin/capsh --drop=all --inh= --noamb --no-new-privs --gid={gid} --groups={group}"
    " --uid={uid} --shell=/bin/sh -- -c"
)
"""The words that drop privileges, before those of a script."""

LIMIT = (
    "set -e;"
    # Where the programs together use up the host's memory, the kernel kills them, not the agent.
    "echo 1000 >/proc/self/oom_score_adj;"
    # No limit on address space: the allocator reserves much of it for each thread, unused. Of open
    # files the usual limit, which not every engine sets; the hard one is the engine's.
    # sh(1) counts memory in kilobytes, and a file in blocks of 512 bytes.
    "ulimit -d {data};ulimit -s {stack};ulimit -t {cpu};ulimit -p {processes};ulimit -f {blocks};"
    f"ulimit -c 0;ulimit -Sn {OPEN};"
    # sh(1) has set it.
    "unset PWD;"
    'exec "$@"'
)
"""The script that sets limits, and becomes the program that it is given."""


def words(request: dict[str, Any], number: int) -> list[str]:
    """Return the words that stand before those of a program; none for one that runs as root."""
    if request["user"] is None:
        return []
    user, most = pwd.getpwnam(request["user"]), request["limits"]
    drop = DROP.format(uid=user.pw_uid, gid=user.pw_gid, group=group_of(number))
    script = LIMIT.format(
        data=most["memory"] >> 10,
        stack=STACK >> 10,
        cpu=most["cpu"],
        processes=most["processes"],
        blocks=most["file"] >> 9,
    )
    return [*drop.split(), script, "sh"]
