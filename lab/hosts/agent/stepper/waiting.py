"""The calls in which a stepped program waits: told, and their timeouts kept from running out.

The other program may stand while this one waits. So a timeout is no longer a matter of the clock:
the lab lets it run out when nobody else can move. The kernel does what it always does.
"""

from __future__ import annotations

import _socket
import builtins
import errno
import os
import select
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from lab.hosts.agent.stepper.lanes import Lanes

RECEIVING = ("recv", "recvfrom", "recv_into", "recvfrom_into", "recvmsg", "recvmsg_into")
SENDING = ("send", "sendall", "sendto", "sendmsg")
_real: Any = _socket.socket
_IN, _OUT = select.POLLIN, select.POLLOUT


def watch(lanes: Lanes) -> None:
    """Have every call in which Python's own modules wait told from now on."""
    _Sockets(lanes).install()
    _several(lanes)
    _threads(lanes)
    lanes.clock.install()
    _replace(time, "sleep", lambda real: lambda seconds: _slept(lanes, seconds))
    _replace(builtins, "input", lambda real: _told(lanes, "input", real))
    for fork in ("fork", "forkpty"):
        setattr(os, fork, lambda: lanes.refuse("it forks, and lab step follows threads only"))


def _replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    real = getattr(owner, name)
    made = make(real)
    made.__name__ = name
    made.__doc__ = real.__doc__
    setattr(owner, name, made)


def _instead(call: Any, real: Any) -> Any:
    def instead(*args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    return instead


def _slept(lanes: Lanes, seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    lanes.wait("sleep", [], seconds)


def _told(lanes: Lanes, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with lanes.blocked(name):
            return real(*args, **kwargs)

    return call


class _Sockets:
    """The methods of ``socket.socket`` that may wait, with timeouts that the lab lets run out."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._timeouts: WeakKeyDictionary[Any, float | None] = WeakKeyDictionary()
        self._default: float | None = None

    def install(self) -> None:
        """Put them in place of Python's."""
        own: dict[str, Callable[..., Any]] = {
            "gettimeout": self.gettimeout,
            "settimeout": self.settimeout,
            "setblocking": lambda sock, flag: self.settimeout(sock, None if flag else 0),
            "getblocking": lambda sock: self.gettimeout(sock) != 0,
            "_accept": self._accept,
            "connect": self._connect,
            "connect_ex": self._connect_ex,
        }
        for names, make in ((RECEIVING, self._receive), (SENDING, self._send)):
            own |= {name: partial(make, name) for name in names}
        kind: Any = socket.socket
        for name, call in own.items():
            _replace(kind, name, partial(_instead, call))
        kind.timeout = property(self.gettimeout)
        _replace(socket, "setdefaulttimeout", partial(_instead, self._set_default))
        _replace(socket, "getdefaulttimeout", partial(_instead, lambda: self._default))

    def gettimeout(self, sock: Any) -> float | None:
        """Return a socket's timeout, as the program has set it."""
        return self._timeouts.get(sock, self._default)

    def settimeout(self, sock: Any, seconds: float | None) -> None:
        """Take note of a timeout; the kernel's socket only waits or does not."""
        _real.settimeout(sock, seconds)  # raises what it always raises
        self._timeouts[sock] = None if seconds is None else float(seconds)
        _real.settimeout(sock, 0 if seconds == 0 else None)

    def _set_default(self, seconds: float | None) -> None:
        self._default = None if seconds is None else float(seconds)

    def _ready(self, sock: Any, name: str, events: int) -> None:
        """Wait until a socket is ready; raises TimeoutError when its time has run out."""
        timeout, number = self.gettimeout(sock), sock.fileno()
        if timeout == 0 or number < 0:
            return
        if not self._lanes.wait(name, [(number, events)], timeout):
            raise TimeoutError("timed out")

    def _receive(self, name: str, sock: Any, *args: Any, **kwargs: Any) -> Any:
        flags = kwargs.get("flags", args[-1] if len(args) > 1 else 0)
        flags = flags if isinstance(flags, int) else 0
        if not flags & socket.MSG_DONTWAIT:
            self._ready(sock, name, _IN)
        if flags & socket.MSG_WAITALL and name == "recv":
            there = _real.recv(sock, args[0], socket.MSG_PEEK | socket.MSG_DONTWAIT)
            if len(there) < args[0]:
                with self._lanes.blocked(name):
                    return _real.recv(sock, *args, **kwargs)
        return getattr(_real, name)(sock, *args, **kwargs)

    def _send(self, name: str, sock: Any, *args: Any, **kwargs: Any) -> Any:
        if self.gettimeout(sock) == 0:
            return getattr(_real, name)(sock, *args, **kwargs)
        with self._lanes.blocked(name):
            return getattr(_real, name)(sock, *args, **kwargs)

    def _accept(self, sock: Any) -> Any:
        self._ready(sock, "accept", _IN)
        return _real._accept(sock)

    def _connect(self, sock: Any, address: Any) -> None:
        if self.gettimeout(sock) == 0:
            _real.connect(sock, address)
            return
        _real.settimeout(sock, 0)
        try:
            _real.connect(sock, address)
        except BlockingIOError:
            self._ready(sock, "connect", _OUT)
        finally:
            _real.settimeout(sock, None)
        if (number := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)) != 0:
            raise OSError(number, os.strerror(number))

    def _connect_ex(self, sock: Any, address: Any) -> int:
        if self.gettimeout(sock) == 0:
            return int(_real.connect_ex(sock, address))
        try:
            self._connect(sock, address)
        except socket.gaierror:
            raise
        except OSError as error:
            return error.errno or errno.EAGAIN
        return 0


def _several(lanes: Lanes) -> None:
    """Tell of the calls that wait for several sockets: select, poll, epoll."""
    real_select, real_poll, real_epoll = select.select, select.poll, select.epoll

    def number(each: Any) -> int:
        return int(each if isinstance(each, int) else each.fileno())

    def select_(r: Iterable[Any], w: Iterable[Any], x: Iterable[Any], t: Any = None) -> Any:
        r, w, x = list(r), list(w), list(x)
        fds: dict[int, int] = {}
        for several, events in ((r, _IN), (w, _OUT), (x, select.POLLPRI)):
            for each in several:
                fds[number(each)] = fds.get(number(each), 0) | events
        lanes.wait("select", list(fds.items()), t)
        return real_select(r, w, x, 0)

    class Poll:
        def __init__(self) -> None:
            self._real = real_poll()
            self._fds: dict[int, int] = {}

        def register(self, fd: Any, eventmask: int = _IN | select.POLLPRI | _OUT) -> None:
            self._real.register(fd, eventmask)
            self._fds[number(fd)] = eventmask

        def modify(self, fd: Any, eventmask: int) -> None:
            self._real.modify(fd, eventmask)
            self._fds[number(fd)] = eventmask

        def unregister(self, fd: Any) -> None:
            self._real.unregister(fd)
            del self._fds[number(fd)]

        def poll(self, timeout: float | None = None) -> list[tuple[int, int]]:
            seconds = None if timeout is None or timeout < 0 else timeout / 1000
            lanes.wait("poll", list(self._fds.items()), seconds)
            return self._real.poll(0)

    class Epoll:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._real = real_epoll(*args, **kwargs)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def poll(self, timeout: float | None = None, maxevents: int = -1) -> Any:
            seconds = None if timeout is None or timeout < 0 else timeout
            lanes.wait("epoll_wait", [(self._real.fileno(), _IN)], seconds)
            return self._real.poll(0, maxevents)

    setattr(select, "select", select_)  # noqa: B010 - mypy takes these for constants
    setattr(select, "poll", Poll)  # noqa: B010
    setattr(select, "epoll", Epoll)  # noqa: B010
    known: Any = selectors
    known.SelectSelector._select = staticmethod(select_)
    known.PollSelector._selector_cls, known.EpollSelector._selector_cls = Poll, Epoll


def _threads(lanes: Lanes) -> None:
    """Give each new thread a lane, and tell of the calls that wait for another thread."""
    _replace(threading.Thread, "join", partial(_told, lanes, "join"))
    _replace(threading.Condition, "wait", partial(_told, lanes, "wait"))

    def start(real: Callable[[Any], None]) -> Callable[[Any], None]:
        def call(self: Any) -> None:
            number, run = lanes.new(), self.run

            def stepped() -> None:
                lanes.begin(number)
                try:
                    run()
                finally:
                    lanes.tell("ended")

            self.run = stepped
            with lanes.starting(number):
                real(self)

        return call

    _replace(threading.Thread, "start", start)
