"""Socket Lab: socket programs on hosts of their own, every packet shown and judged.

What a teacher's ``scenario.py`` needs is importable from here, and what plays it from Python:
``lab.run``, ``lab.try_``, ``lab.open``, ``lab.load``. Each name is imported when it is asked for,
since every command waits for what is imported at once, and Ctrl-C is heeded only then.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.api.magic import load_ipython_extension as load_ipython_extension
    from lab.api.session import load as load
    from lab.api.session import open as open  # noqa: A004 - it is called lab.open
    from lab.api.session import run as run
    from lab.api.session import try_ as try_
    from lab.errors import LabError as LabError
    from lab.errors import WaitedInVain
    from lab.observation import png as png
    from lab.observation import tools as tools
    from lab.observation.route import Routes as Routes
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
    from lab.scenario.points import points
    from lab.scenario.program import Command, Program
    from lab.scenario.scenario import Scenario
    from lab.wire import ftp as ftp
    from lab.wire import mail as mail
    from lab.wire import mysql as mysql
    from lab.wire import telnet as telnet
    from lab.wire import tls as tls
    from lab.wire.address import Address, Family, Service, Tcp, Udp

_LATER = {
    "Address": "lab.wire.address:Address",
    "Break": "lab.scenario.breaks:Break",
    "Command": "lab.scenario.program:Command",
    "Corrupt": "lab.scenario.fault:Corrupt",
    "Delay": "lab.scenario.fault:Delay",
    "Duplicate": "lab.scenario.fault:Duplicate",
    "Family": "lab.wire.address:Family",
    "Firewall": "lab.scenario.fault:Firewall",
    "LabError": "lab.errors:LabError",
    "LinkDown": "lab.scenario.fault:LinkDown",
    "Loss": "lab.scenario.fault:Loss",
    "Mtu": "lab.scenario.fault:Mtu",
    "Partition": "lab.scenario.fault:Partition",
    "Paused": "lab.scenario.fault:Paused",
    "PowerCut": "lab.scenario.fault:PowerCut",
    "Program": "lab.scenario.program:Program",
    "Rate": "lab.scenario.fault:Rate",
    "Reorder": "lab.scenario.fault:Reorder",
    "Routes": "lab.observation.route:Routes",
    "Scenario": "lab.scenario.scenario:Scenario",
    "Service": "lab.wire.address:Service",
    "Tcp": "lab.wire.address:Tcp",
    "Udp": "lab.wire.address:Udp",
    "WaitedInVain": "lab.errors:WaitedInVain",
    "cut_off": "lab.scenario.breaks:cut_off",
    "edit": "lab.scenario.breaks:edit",
    "ftp": "lab.wire.ftp",
    "load": "lab.api.session:load",
    "load_ipython_extension": "lab.api.magic:load_ipython_extension",
    "mail": "lab.wire.mail",
    "mysql": "lab.wire.mysql",
    "open": "lab.api.session:open",
    "png": "lab.observation.png",
    "points": "lab.scenario.points:points",
    "replace_words": "lab.scenario.breaks:replace_words",
    "run": "lab.api.session:run",
    "telnet": "lab.wire.telnet",
    "tls": "lab.wire.tls",
    "tools": "lab.observation.tools",
    "try_": "lab.api.session:try_",
    "without_faults": "lab.scenario.breaks:without_faults",
}

# Without what plays runs: `from lab import *` in a scenario would hide Python's own open.
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
    "points",
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
