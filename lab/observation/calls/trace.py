"""A trace of strace(1), read: the calls of a program on its sockets, and on its streams."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Literal

from lab.observation.calls import values
from lab.observation.calls.call import Call, Socket, Value
from lab.observation.calls.descriptors import Process
from lab.observation.calls.lines import Entry, entries
from lab.observation.calls.told import Printed, Told

FIRST, LAST = 1_500, 500
"""Calls of one program that are kept, at its beginning and its end; those between are counted."""

WRAPPERS = 2
"""Programs that a process of the lab's is before it becomes the one that is traced."""

_NAMES = {
    "accept4": "accept",
    "ppoll": "poll",
    "pselect6": "select",
    "epoll_pwait": "epoll_wait",
    "nanosleep": "sleep",
    "clock_nanosleep": "sleep",
}
_FORKS = {"clone", "clone3", "fork", "vfork"}
_COPIES = {"dup", "dup2", "dup3", "fcntl"}
_WAITS = {"poll", "select", "epoll_wait", "sleep"}
_RECEIVES = {"recv", "recvfrom", "recvmsg", "read", "readv"}
_SENDS = {"send", "sendto", "sendmsg", "write", "writev", "sendfile"}
_ON_ONE = {"close", *_RECEIVES, *_SENDS}
_KINDS: dict[str, Literal["tcp", "udp"]] = {"SOCK_STREAM": "tcp", "SOCK_DGRAM": "udp"}


def read(text: str) -> Told:
    """Return what a trace tells of a program that strace(1) started."""
    told = list(entries(text))
    reader = _Reader(told)
    for entry in told:
        reader.take(entry)
    calls = sorted(reader.calls, key=lambda call: call.began_ns)
    printed = tuple(sorted(reader.printed, key=lambda each: each.began_ns))
    left_out = max(0, len(calls) - FIRST - LAST)
    kept = (*calls[:FIRST], *calls[FIRST + left_out :])
    return Told(kept, printed, left_out, reader.is_whole)


class _Reader:
    """Follows the descriptors of each process through the calls."""

    def __init__(self, told: Sequence[Entry]) -> None:
        self.calls: list[Call] = []
        self.printed: list[Printed] = []
        self.is_whole = False
        self._numbers = count(1)
        self._processes: dict[int, Process] = {}
        self._main: int | None = None
        self._execs = 0
        self._begun: dict[int, list[int]] = {}
        for entry in sorted(told, key=lambda each: each.began_ns):
            self._begun.setdefault(entry.thread, []).append(entry.began_ns)
        # A child may be heard of before the call that made it returns.
        self._parents = {
            entry.result: entry
            for entry in told
            if entry.name in _FORKS and entry.result is not None and entry.result > 0
        }

    def take(self, entry: Entry) -> None:
        if self._main is None:
            self._main = entry.thread
        process = self._process(entry.thread)
        if entry.name == "+++":
            self.is_whole = self.is_whole or entry.thread == self._main
        elif entry.name == "execve":
            if entry.result == 0:
                self._execs += entry.thread == self._main
                process.become()
        elif self._execs > WRAPPERS or entry.thread != self._main:
            self._call(process, entry)

    def _process(self, thread: int) -> Process:
        if thread not in self._processes:
            born = self._parents.get(thread)
            if born is None or born.thread == thread:
                streams = {0: "stdin", 1: "stdout", 2: "stderr"} if thread == self._main else {}
                self._processes[thread] = Process(thread, dict(streams))
            else:
                parent = self._process(born.thread)
                is_thread = "CLONE_FILES" in born.text and "CLONE_THREAD" in born.text
                self._processes[thread] = parent if is_thread else parent.forked(thread)
        return self._processes[thread]

    def _call(self, process: Process, entry: Entry) -> None:
        name = _NAMES.get(entry.name, entry.name)
        of = entry.text.partition(",")[0]
        if name in _ON_ONE and of.isdigit() and int(of) not in process.open:
            return  # on a file, most often: a start of Python reads forty
        given = values.arguments(entry.text)
        if name == "socket":
            self._socket(process, entry, given)
        elif name in _COPIES:
            self._copied(process, entry, given)
        elif name in _WAITS:
            self._waited(process, entry, name, given)
        elif given and given[0].isdigit():
            number = int(given[0])
            if name == "close":
                closed = process.close(number) if entry.result == 0 else None
                if isinstance(closed, Socket) and closed.protocol:
                    self._add(process, entry, "close", (), entry.result, socket=closed)
            elif (socket := process.socket(number)) is not None:
                self._on_socket(process, entry, name, given, socket)
            elif isinstance(stream := process.open.get(number), str):
                self._on_stream(process, entry, name, given, stream)

    def _socket(self, process: Process, entry: Entry, given: list[str]) -> None:
        if entry.result is None or entry.result < 0:
            return
        is_internet = given[0] in ("AF_INET", "AF_INET6")
        kind = next((_KINDS[word] for word in given[1].split("|") if word in _KINDS), None)
        socket = Socket(next(self._numbers), kind if kind and is_internet else "")
        process.set(entry.result, socket, cloexec="SOCK_CLOEXEC" in given[1])
        if socket.protocol:
            shown = tuple(map(values.value, given))
            self._add(process, entry, "socket", shown, entry.result, socket=socket)

    def _copied(self, process: Process, entry: Entry, given: list[str]) -> None:
        is_copy = entry.name != "fcntl" or (len(given) > 1 and given[1].startswith("F_DUPFD"))
        if entry.result is None or entry.result < 0 or not given[0].isdigit():
            return
        if is_copy:
            cloexec = "CLOEXEC" in entry.text
            process.set(entry.result, process.open.get(int(given[0])), cloexec=cloexec)
        elif given[1:] == ["F_SETFD", "FD_CLOEXEC"]:
            process.cloexec.add(int(given[0]))
        elif given[1:] == ["F_SETFD", "0"]:
            process.cloexec.discard(int(given[0]))

    def _waited(self, process: Process, entry: Entry, name: str, given: list[str]) -> None:
        found = [process.open.get(each) for each in values.descriptors(" ".join(given[:4]))]
        sockets = [each for each in found if isinstance(each, Socket)]
        if sockets and not any(isinstance(each, str) or each.protocol for each in found if each):
            return  # for a screen's events, say: nothing of the network, nor of its own streams
        only = sockets[0] if len({each.number for each in sockets}) == 1 else None
        self._add(process, entry, name, tuple(given), entry.result, socket=only)

    def _on_stream(
        self, process: Process, entry: Entry, name: str, given: list[str], stream: str
    ) -> None:
        if stream == "stdin":
            if name == "read":
                heard = values.received(entry.result, given)
                self._add(process, entry, name, (), heard, stream=stream)
            return
        if name not in ("write", "writev", "sendfile") or not entry.result or entry.result < 0:
            return
        data = b"" if name == "sendfile" else values.sent(name, given)[: entry.result]
        stamps = entry.began_ns, entry.ended_ns
        self.printed.append(Printed(stream, *stamps, entry.result, data))
        shown = (data,) if data else ()
        length = entry.result
        self._add(process, entry, name, shown, length, stream=stream, length=length)

    def _on_socket(
        self, process: Process, entry: Entry, name: str, given: list[str], socket: Socket
    ) -> None:
        if name == "accept":
            self._accepted(process, entry, given, socket)
            return
        found = next(map(values.address, filter(values.is_address, given[1:])), None)
        succeeded = entry.error is None and entry.result is not None
        if name in ("bind", "getsockname") and succeeded and found is not None:
            socket = replace(socket, local=found)
        elif name in ("connect", "getpeername") and found is not None:
            socket = replace(socket, remote=found)
        process.replace(socket)
        if not socket.protocol:
            return
        if name in ("sendto", "recvfrom") and found is None:
            name = {"sendto": "send", "recvfrom": "recv"}[name]
        result: Value | None = entry.result
        shown: tuple[Value, ...] = tuple(map(values.value, given[1:]))
        length, flags = None, ""
        if name in _RECEIVES:
            result = values.received(entry.result, given)
            length = entry.result if succeeded else None
            flags = values.flags_of(given[1]) if name == "recvmsg" and len(given) > 1 else ""
            shown = (found,) if found else ()
        elif name in _SENDS:
            length = entry.result if succeeded else None
            sent = values.sent(name, given)
            shown = (sent, found) if found else (sent,)
        elif found is not None:
            shown = (found,)
        self._add(process, entry, name, shown, result, socket=socket, length=length, flags=flags)

    def _accepted(self, process: Process, entry: Entry, given: list[str], socket: Socket) -> None:
        result: Value | None = entry.result
        if entry.result is not None and entry.result >= 0:
            peer = values.address(given[1]) if len(given) > 1 else None
            accepted = Socket(next(self._numbers), socket.protocol, socket.local, peer)
            process.set(entry.result, accepted, cloexec="SOCK_CLOEXEC" in given[-1])
            result, socket = peer or entry.result, accepted
        if socket.protocol:
            self._add(process, entry, "accept", (), result, socket=socket)

    def _add(
        self,
        process: Process,
        entry: Entry,
        name: str,
        arguments: tuple[Value, ...],
        result: Value | None,
        *,
        socket: Socket | None = None,
        stream: str = "",
        length: int | None = None,
        flags: str = "",
    ) -> None:
        self.calls.append(
            Call(
                name,
                arguments,
                result,
                entry.error,
                entry.began_ns,
                entry.ended_ns,
                process.pid,
                entry.thread,
                socket,
                stream,
                length,
                flags,
                self._over_ns(entry),
            )
        )

    def _over_ns(self, entry: Entry) -> int | None:
        """Return when the thread made its next call; None where it made none or never returned."""
        begun = self._begun[entry.thread]
        following = bisect_right(begun, entry.began_ns)
        if entry.ended_ns is None or following == len(begun):
            return None
        return max(entry.ended_ns, begun[following])
