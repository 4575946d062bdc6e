"""Socket Lab: socket programs on hosts of their own, every packet shown and judged.

What a teacher's ``scenario.py`` needs is importable from here.
"""

from lab.address import Address, Family, Service, Tcp, Udp
from lab.breaks import Break, cut_off, edit, retype
from lab.scenario import Command, Program, Scenario

__all__ = [
    "Address",
    "Break",
    "Command",
    "Family",
    "Program",
    "Scenario",
    "Service",
    "Tcp",
    "Udp",
    "cut_off",
    "edit",
    "retype",
]
