"""Every error of the lab stands in the tree that lab.errors draws, where it belongs."""

from __future__ import annotations

import importlib
import pkgutil
import re

import lab
from lab import errors
from lab.errors import LabError

# What runs inside a host has errors of no one's own; __main__ is a program.
LEFT_OUT = ("lab.hosts.agent", "lab.__main__")


def drawn() -> dict[str, str]:
    """Return each error of the tree with the one that it hangs from."""
    parents: dict[int, str] = {0: "LabError"}
    found = {}
    for indent, name in re.findall(r"^    ([│ ]*)[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE):
        depth = len(indent) // 4
        found[name] = parents[depth]
        parents[depth + 1] = name
    return found


def test_the_tree_shows_every_error_where_it_belongs() -> None:
    for module in pkgutil.walk_packages(lab.__path__, "lab."):
        if not module.name.startswith(LEFT_OUT):
            importlib.import_module(module.name)
    defined = {}
    left = [LabError]
    while left:
        parent = left.pop()
        for child in parent.__subclasses__():
            if child.__module__.startswith("lab."):
                defined[child.__name__] = parent.__name__
                left.append(child)
    assert drawn() == defined


def test_an_error_says_what_was_attempted_what_was_seen_and_what_to_try() -> None:
    assert str(LabError("looking", "nothing there", "lab up")) == (
        "looking: nothing there\nTry: lab up"
    )
    assert str(LabError("looking", "nothing there")) == "looking: nothing there"
