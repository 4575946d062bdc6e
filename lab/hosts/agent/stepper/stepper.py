"""Python's own debugger base in a program: it stands before each line of the student's own files.

A program that is stepped is started as ``python3 STEPPER EVENTS,TOKEN,… FILE ARGUMENTS``, where the
first word names descriptors. It finds itself as it would without the stepper: as ``__main__``, with
its own arguments and descriptors from 3 on.
"""

from __future__ import annotations

import bdb
import fcntl
import os
import sys
import threading
import types
from types import FrameType, TracebackType
from typing import Any

from lab.hosts.agent.stepper import calls, waiting
from lab.hosts.agent.stepper.lanes import Lanes
from lab.hosts.agent.stepper.values import variables

HIGH = 200
"""The lab's own descriptors lie from here on, or the program's sockets had other numbers."""

_ASYNC = 0x80 | 0x200
"""CO_COROUTINE and CO_ASYNC_GENERATOR (the module inspect, which takes long to load)."""

_INLINE = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}


class Stepper(bdb.Bdb):
    """Stands at each line of files in one folder; knows nothing of all others."""

    def __init__(self, lanes: Lanes, folder: str) -> None:
        super().__init__()
        self._lanes = lanes
        self._folder = folder + os.sep

    def _is_own(self, frame: FrameType) -> bool:
        code = frame.f_code
        return code.co_filename.startswith(self._folder) and code.co_name not in _INLINE

    def dispatch_call(self, frame: FrameType, arg: None) -> Any:
        """Trace a call where it is of the program's own files."""
        return super().dispatch_call(frame, arg) if self._is_own(frame) else None

    def dispatch_return(self, frame: FrameType, arg: Any) -> Any:
        """Tell where the thread is from now on: at the line that called, perhaps by a library.

        A coroutine that is left waits at its own line.
        """
        above = None if frame.f_code.co_flags & _ASYNC else frame.f_back
        while above is not None and not self._is_own(above):
            above = above.f_back
        if above is not None:
            self._lanes.tell("returns", **self._place(above))
        return super().dispatch_return(frame, arg)

    def _place(self, frame: FrameType) -> dict[str, Any]:
        return {
            "file": os.path.relpath(frame.f_code.co_filename, self._folder),
            "line": frame.f_lineno,
            "function": frame.f_code.co_name,
        }

    def user_line(self, frame: FrameType) -> None:
        """Stand before a line until the token comes."""
        self._lanes.stand(
            **self._place(frame),
            depth=self._depth(frame),
            variables=variables(frame.f_locals),
        )

    def user_exception(self, frame: FrameType, exc_info: Any) -> None:
        """Tell what a line raises."""
        if not issubclass(exc_info[0], StopIteration | GeneratorExit):
            self._lanes.tell("raises", error=exc_info[0].__name__, line=frame.f_lineno)

    def _depth(self, frame: FrameType | None) -> int:
        depth = 0
        while frame is not None:
            depth += self._is_own(frame)
            frame = frame.f_back
        return depth


def main() -> None:
    """Run the program that the command line names, from standing to standing."""
    descriptors, name, *arguments = sys.argv[1:]
    events, *tokens = (_high(int(each)) for each in descriptors.split(","))
    lanes = Lanes(events, tokens)
    folder = os.getcwd()  # noqa: PTH109 - less of the library is loaded before the program
    path = os.path.join(folder, os.path.normpath(name))  # noqa: PTH118
    sys.argv = [name, *arguments]
    sys.path[0] = folder
    lanes.begin()
    for stream in ("stdout", "stderr"):
        lanes.listen_to(stream)
    waiting.watch(lanes)
    calls.watch(lanes)
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=__builtins__)
    sys.modules["__main__"] = module
    for each in [each for each in sys.modules if each.split(".")[0] == "lab"]:
        del sys.modules[each]
    stepper = Stepper(lanes, folder)
    status: int | str | None = 0
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            code = compile(file.read(), path, "exec")
        stepper.reset()
        threading.settrace(stepper.trace_dispatch)
        sys.settrace(stepper.trace_dispatch)
        exec(code, module.__dict__)  # noqa: S102 - this is what a stepper is for
    except SystemExit as leaving:
        status = leaving.code
    except BaseException as error:
        sys.settrace(None)
        error = error.with_traceback(_own_part(error.__traceback__))
        sys.excepthook(type(error), error, error.__traceback__)
        status = 1
    finally:
        sys.settrace(None)
    lanes.tell("ended")
    sys.exit(status)


def _own_part(traceback: TracebackType | None) -> TracebackType | None:
    """Leave out the lab's own frame."""
    return traceback.tb_next if traceback is not None else None


def _high(descriptor: int) -> int:
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, HIGH)
    os.close(descriptor)
    return moved
