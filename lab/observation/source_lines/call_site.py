"""One call in a program's source, and what it can have given to the kernel."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lab.observation.calls.call import Call
from lab.observation.source_lines.call_order import ANY_TIME, Moment
from lab.wire.address import Address

MOST_KNOWN = 256
"""Bytes of a call's data that a trace keeps; of longer data the end is not known."""


@dataclass(frozen=True)
class Site:
    """One call in a source: its line, its name, what data and which port it may give.

    None stands for any. ``file`` is empty for the program's own; ``node`` is where the tree has it.
    """

    line: int
    name: str
    data: re.Pattern[bytes] | None = None
    port: int | None = None
    moment: Moment = ANY_TIME
    file: str = ""
    node: ast.Call | None = field(default=None, compare=False)

    def fits(self, call: Call, *, goes_on: bool) -> bool:
        """Tell whether it can have given what a call was given.

        One that ``goes_on`` with what an earlier one left is given only the end of the data.
        """
        if self.data is not None and is_whole(call) and not goes_on:
            given = call.arguments[0]
            if isinstance(given, bytes) and self.data.fullmatch(given) is None:
                return False
        address = next((each for each in call.arguments if isinstance(each, Address)), None)
        return address is None or not self.port or self.port == address.port


def is_whole(call: Call) -> bool:
    """Tell whether all that a call was given to send is known, and was sent."""
    given = call.arguments[0] if call.arguments else None
    return isinstance(given, bytes) and len(given) < MOST_KNOWN and call.length == len(given)


def port_of(name: str, given: Sequence[ast.expr]) -> int | None:
    """Return the port that a call gives with an address, where it is a number of the source."""
    address = given[-1] if name == "sendto" and given else given[0] if given else None
    if not isinstance(address, ast.Tuple) or len(address.elts) < 2:
        return None
    port = address.elts[1]
    is_number = isinstance(port, ast.Constant) and isinstance(port.value, int)
    return port.value if is_number else None  # type: ignore[attr-defined]


def pattern_of(node: ast.expr | None) -> re.Pattern[bytes] | None:
    """Return what an expression's bytes match; None where nothing is known of them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
        return re.compile(re.escape(node.value))
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    if node.func.attr != "encode" or node.args or node.keywords:
        return None
    text = node.func.value
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        return re.compile(re.escape(text.value.encode()))
    if not isinstance(text, ast.JoinedStr):
        return None
    parts = [
        re.escape(each.value.encode())
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
        else b".*"
        for each in text.values
    ]
    return re.compile(b"".join(parts), re.DOTALL)
