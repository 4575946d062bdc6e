"""Socket Lab: socket programs on hosts of their own, every packet shown and judged.

What a teacher's ``scenario.py`` needs is importable from here.
"""

import sys

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
    "Scenario",
    "Service",
    "Tcp",
    "Udp",
    "cut_off",
    "edit",
    "replace_words",
    "without_faults",
]

if "IPython" in sys.modules:
    from lab.story import notebook

    notebook.register()
