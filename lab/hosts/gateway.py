"""A Python in a host becomes one end of execnet, with this process as the other end.

Execnet's own half, and the modules that follow it, go there as what this Python has compiled of
them, where that Python is of the same version, and else as source: compiling them takes longer than
all else that a Python does before it answers.
"""

from __future__ import annotations

import contextlib
import inspect
import marshal
from collections.abc import Callable, Sequence
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any, Protocol, cast

import execnet
from execnet import gateway_base

PYTHON = (
    *("/usr/bin/python3", "-I", "-S", "-u"),
    *("-c", "import sys;exec(eval(sys.stdin.readline()))"),
)
"""Runs what comes as the first line, with its Python's standard library only."""

READ = """
def read(count):
    data = b""
    while len(data) < count:
        piece = os.read(0, count - len(data))
        if not piece:
            os._exit(1)
        data += piece
    return data
"""
"""Defines ``read(count)`` in a host, which needs ``os``; where the input ends, the process does."""

_BEGIN = f"""
import marshal, os
os.write(1, sys.modules["_frozen_importlib_external"].MAGIC_NUMBER)
{READ}
for part in marshal.loads(read(int.from_bytes(read(4), "big"))):
    exec(part)
"""
"""That line: it tells the version of its Python, and runs what it gets then."""

_SERVE = """
execmodel = get_execmodel("thread")
serve(init_popen_io(execmodel), id="lab")
"""

EVERYWHERE = 2
"""The version of marshal's format that has text, and that every Python 3 reads."""


class Way(Protocol):
    """The input and output of a Python in a host, as execnet uses them (``gateway_base.IO``)."""

    execmodel: Any

    def read(self, count: int, /) -> bytes:
        """Wait for exactly so many bytes; raises EOFError."""

    def write(self, data: bytes, /) -> None:
        """Send all of this; raises OSError."""

    def close_read(self) -> None:
        """Need no more of its output."""

    def close_write(self) -> None:
        """Close its input."""

    def wait(self) -> int | None:
        """Wait for its end."""

    def kill(self) -> None:
        """Break the way off."""

    def last_words(self, first: bytes) -> str:
        """Read to the end, after ``first``; return the last line that was said instead."""


Reach = Callable[[Sequence[str]], Way]
"""Runs a command in a host, and returns the way to it; raises OSError."""


class NoPython(OSError):
    """What was run is no Python: its text is what was said instead, empty if nothing."""


class Group(execnet.Group):
    """Ends gateways, and at the end of the process those that are left."""

    def reach(self, reach: Reach, host: str) -> tuple[Any, bool]:
        """Run Python in a host; return the gateway to it, and whether it takes compiled code.

        Raises NoPython, and what ``reach`` raises.
        """
        way = reach(PYTHON)
        first = b""
        with contextlib.suppress(EOFError, OSError):
            way.write(f"{_BEGIN!r}\n".encode())
            while len(first) < len(MAGIC_NUMBER):
                first += way.read(1)
        if not first.endswith(MAGIC_NUMBER[2:]):
            said = way.last_words(first)
            way.kill()
            raise NoPython(said)
        takes_compiled = first == MAGIC_NUMBER
        whole = _execnet(takes_compiled)
        way.write(len(whole).to_bytes(4, "big") + whole)
        way.execmodel = self.execmodel
        spec = execnet.XSpec(f"id={host}")
        gateway = execnet.Gateway(way, spec)
        self._register(gateway)
        return gateway, takes_compiled


@cache
def _execnet(takes_compiled: bool) -> bytes:
    """Return execnet's half of a gateway, and what has it serve."""
    if not takes_compiled:
        return marshal.dumps((inspect.getsource(gateway_base), _SERVE), EVERYWHERE)
    file = Path(str(gateway_base.__file__))
    return marshal.dumps((compiled(gateway_base.__name__, file), _SERVE))


@cache
def compiled(name: str, file: Path) -> CodeType:
    """Return the code of a module; Python keeps it beside the source, where it may."""
    return cast(CodeType, SourceFileLoader(name, str(file)).get_code(name))
