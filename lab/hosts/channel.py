"""One lasting control channel into each host: requests, answers, and reports on programs.

The channel is execnet over a program's input and output that the engine carries. It ships execnet's
own half and the agent (:mod:`lab.hosts.agent`), so an image holds nothing that could be of another
version than the lab.
"""

from __future__ import annotations

import marshal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import Any

from lab.errors import CouldNotJudge, HostUnavailable
from lab.hosts.background import result_of
from lab.hosts.gateway import Group, Reach, compiled

AGENT = "lab.hosts.agent"
PACKAGES = ("lab", "lab.hosts", AGENT, f"{AGENT}.faults")
INSIDE = (
    *(
        "sockets",
        "watch",
        "frame",
        "tap",
        "guards",
        "reader",
        "lines",
        "descendants",
        "limits",
        "trace",
    ),
    "programs",
    *("run_files", "leftovers", "renew", "echo", "agent"),
)
FOR_FAULTS = (
    *("faults.impair", "faults.relay", "faults.kernel_queue", "faults.emulation", "faults.netem"),
    *("faults.measure", "faults.measure_netem", "faults.cards", "faults.probe"),
    *("faults.forwarding", "faults.forwarder", "faults.measure_forwarder"),
    *("faults.mechanisms", "faults.faults"),
)
"""Modules that are shipped only where a fault is wanted."""
FOR_STEPS = tuple(
    f"stepper.{name}" for name in ("clock", "lanes", "values", "waiting", "calls", "stepper")
)
"""Modules that a stepped program begins with."""

OPENING_DEADLINE = 30.0
"""Seconds that a channel may take from the engine to its agent."""

ANSWER_DEADLINE = 30.0
"""Seconds that an answer may take, by default."""

LOAD = """
import marshal, sys, types
def load(modules):
    for name, source in modules:
        module = types.ModuleType(name)
        module.__dict__["__path__"] = []
        sys.modules[name] = module
        parent, _, own = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], own, module)
        if isinstance(source, bytes):
            source = marshal.loads(source)
        else:
            source = compile(source, name.replace(".", "/") + ".py", "exec")
        exec(source, module.__dict__)
"""
"""Defines ``load(modules)`` in a host: it makes modules there of names with sources or code."""

_LOADER = f"""{LOAD}
load(channel.receive())
sys.modules["lab.hosts.agent.agent"].Agent(channel, load).serve()
"""

Report = Callable[[tuple[Any, ...]], None]


class RequestFailed(CouldNotJudge):
    """The agent could not do what it was asked; ``kind`` is the name of its exception."""

    def __init__(self, host: str, verb: str, kind: str, text: str) -> None:
        super().__init__(f"asking host {host} to {verb}", f"{kind}: {text}", "lab down, lab up")
        self.kind = kind
        self.text = text


class Channel:
    """A channel into one host. Safe to use from several threads.

    ``report`` receives the agent's own messages (lines and ends of programs), in order.
    """

    def __init__(
        self, host: str, reach: Reach, report: Report, why_gone: Callable[[], str]
    ) -> None:
        """Open the channel; ``reach`` runs commands in the host.

        ``why_gone`` returns the state of the host, for the error. Raises HostUnavailable.
        """
        self.host = host
        self._report = report
        self._why_gone = why_gone
        self._pending: dict[int, tuple[str, Future[Any]]] = {}
        self._numbers = iter(range(1, 1 << 60))
        self._lock = threading.Lock()
        self._closed = False
        self._group = Group()
        try:
            gateway, takes_compiled = self._group.reach(reach, host)
            self._channel = gateway.remote_exec(_LOADER)
            self._channel.send(_modules(takes_compiled))
        except (OSError, EOFError) as error:
            raise HostUnavailable(
                f"opening the control channel to host {host}",
                "\n".join(filter(None, [self._why_gone(), str(error)])),
                "lab status; lab doctor; lab down, then lab up",
            ) from error
        self._channel.setcallback(self._received, endmarker=None)

    def request(self, verb: str, **arguments: Any) -> Future[Any]:
        """Send a request; the future gives its answer, RequestFailed or HostUnavailable."""
        answer: Future[Any] = Future()
        with self._lock:
            number = next(self._numbers)
            if self._closed:
                answer.set_exception(self._gone())
                return answer
            self._pending[number] = (verb, answer)
        try:
            self._channel.send((number, verb, arguments))
        except (OSError, EOFError):
            self._end()
        return answer

    def ask(self, verb: str, *, within: float = ANSWER_DEADLINE, **arguments: Any) -> Any:
        """Send a request and wait for its answer; raise DeadlinePassed after ``within`` s."""
        return self.answer(self.request(verb, **arguments), verb, within)

    def answer(self, future: Future[Any], verb: str, within: float = ANSWER_DEADLINE) -> Any:
        """Wait for the answer to an earlier request."""
        attempted = f"waiting for host {self.host} to answer {verb!r}"
        return result_of(future, within, attempted, f"lab status; lab exec {self.host} -- ps aux")

    def close(self) -> None:
        """Close the channel: the agent ends, and with it everything that it started."""
        with self._lock:
            self._closed = True
        self._group.terminate(timeout=1.0)

    def _received(self, message: tuple[Any, ...] | None) -> None:
        if message is None:
            self._end()
            return
        kind, *rest = message
        if kind in ("answer", "failed"):
            number, *value = rest
            verb, future = self._pending.pop(number, ("", None))
            if future is None:
                return
            if kind == "answer":
                future.set_result(value[0])
            else:
                future.set_exception(RequestFailed(self.host, verb, *value))
        else:
            self._report(message)

    def _end(self) -> None:
        with self._lock:
            self._closed = True
            waiting = list(self._pending.values())
            self._pending.clear()
        for _, future in waiting:
            if not future.done():
                future.set_exception(self._gone())
        self._report(("gone",))

    def _gone(self) -> HostUnavailable:
        return HostUnavailable(
            f"talking to host {self.host}", self._why_gone(), "lab status, then lab up"
        )


@cache
def _modules(are_compiled: bool) -> list[tuple[str, str | bytes]]:
    """Return the agent's modules by name, in the order of their imports."""
    packages: list[tuple[str, str | bytes]] = [(name, "") for name in PACKAGES]
    if not are_compiled:
        return [*packages, *sources(INSIDE)]
    names = [(f"{AGENT}.{name}", _file(name)) for name in INSIDE]
    return [*packages, *((name, marshal.dumps(compiled(name, file))) for name, file in names)]


def stepping() -> dict[str, Any]:
    """Return what an agent needs to step programs: its own modules, and those inside of these."""
    empty = [(name, "") for name in (*PACKAGES[:3], f"{AGENT}.stepper")]
    return {"modules": sources(("stepping",)), "inside": [*empty, *sources(FOR_STEPS)]}


def sources(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return modules that run inside a host, by their full names."""
    return [(f"{AGENT}.{name}", _file(name).read_text(encoding="utf-8")) for name in names]


def _file(name: str) -> Path:
    return Path(__file__).parent / "agent" / f"{name.replace('.', '/')}.py"
