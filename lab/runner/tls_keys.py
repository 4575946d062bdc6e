"""The secrets of a run's TLS connections: programs log them, and the lab takes them off each host.

Python's default context, curl and Chromium heed SSLKEYLOGFILE. The file lies where each run begins
with nothing (:mod:`lab.hosts.agent.renew`) and where no program's files are looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from lab.errors import CouldNotJudge
from lab.hosts.host import Host
from lab.wire.tls.key_log import key_log

VARIABLE: Final = "SSLKEYLOGFILE"
FOLDER, NAME = "/tmp", ".tls-keys.log"  # noqa: S108 - the host's own, new in each run


def take_keys(hosts: Mapping[str, Host]) -> dict[str, str]:
    """Return the key log of each host that has one.

    A program may have written anything, or put a link there. So no link is followed, and only lines
    of a key log count.
    """
    found = {}
    for name, host in hosts.items():
        with suppress(CouldNotJudge):
            _, content = host.take(FOLDER, NAME)
            if content is not None and (keys := key_log(content)):
                found[name] = keys
    return found
