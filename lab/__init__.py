"""Socket Lab: socket programs on hosts of their own, every packet shown and judged.

What a teacher's ``scenario.py`` needs is importable from here. What few scenarios need is
imported when it is asked for, since every command waits for what is imported at once.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lab.errors import WaitedInVain
from lab.scenario.breaks import Break, cut_off, edit, replace_words, without_faults
from lab.scenario.fault import (
    Corrupt,
    Delay,
    Duplicate,
    Firewall,
    LinkDown,
    Loss,
    Mtu,
    Partition,
    Paused,
    PowerCut,
    Rate,
    Reorder,
)
from lab.scenario.program import Command, Program
from lab.scenario.scenario import Scenario
from lab.wire.address import Address, Family, Service, Tcp, Udp

if TYPE_CHECKING:
    from lab.observation import png as png
    from lab.observation import tools as tools
    from lab.observation.route import Routes as Routes
    from lab.wire import ftp as ftp
    from lab.wire import mail as mail
    from lab.wire import mysql as mysql
    from lab.wire import telnet as telnet
    from lab.wire import tls as tls

_LATER = {
    "Routes": "lab.observation.route:Routes",
    "ftp": "lab.wire.ftp",
    "mail": "lab.wire.mail",
    "mysql": "lab.wire.mysql",
    "png": "lab.observation.png",
    "telnet": "lab.wire.telnet",
    "tls": "lab.wire.tls",
    "tools": "lab.observation.tools",
}

__all__ = [
    "Address",
    "Break",
    "Command",
    "Corrupt",
    "Delay",
    "Duplicate",
    "Family",
    "Firewall",
    "LinkDown",
    "Loss",
    "Mtu",
    "Partition",
    "Paused",
    "PowerCut",
    "Program",
    "Rate",
    "Reorder",
    "Routes",
    "Scenario",
    "Service",
    "Tcp",
    "Udp",
    "WaitedInVain",
    "cut_off",
    "edit",
    "ftp",
    "mail",
    "mysql",
    "png",
    "replace_words",
    "telnet",
    "tls",
    "tools",
    "without_faults",
]


def __getattr__(name: str) -> Any:
    """Import what is exported here the first time that it is asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _LATER[name].partition(":")
    found: Any = import_module(module)
    value = getattr(found, attribute) if attribute else found
    globals()[name] = value
    return value


if "IPython" in sys.modules:
    from lab.story import notebook

    notebook.register()
