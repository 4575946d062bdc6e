"""A terminal on a host: a shell in a pseudo-terminal, for whoever started this process.

It is a process of its own beside the agent. Its standard input has records: a kind of one byte and
the length of what follows (4 bytes, big-endian). ``D`` is what is typed, ``R`` the size of the
window: rows and columns, 2 bytes each. What the shell writes goes to the standard output as it is.

When the standard input ends, or the shell does, all that was started in it is ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import pty
import pwd
import select
import struct
import termios

from lab.hosts.agent import descendants

HEAD = struct.Struct(">cI")
SIZE = struct.Struct(">HH")
PIECE = 1 << 14
MOST_WAITING = 1 << 17
"""Bytes of what the shell wrote that may wait for the reader: then the shell waits as well."""

PR_SET_NO_NEW_PRIVS = 38
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


def main(user: str, rows: int, columns: int) -> int:
    """Run a shell as a user until it or the standard input ends; return its exit status."""
    descendants.become_subreaper()
    account = pwd.getpwnam(user)
    pid, master = pty.fork()
    if pid == 0:
        _become(account)
    _resize(master, rows, columns)
    try:
        _pass_on(master)
    finally:
        descendants.end_all(spare={pid})
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 9)
        _, status = os.waitpid(pid, 0)
        descendants.end_all(spare=set())
    return os.waitstatus_to_exitcode(status)


def _become(account: pwd.struct_passwd) -> None:
    """Become the user's shell; an ordinary user's processes can gain no privilege."""
    try:
        if account.pw_uid:
            os.initgroups(account.pw_name, account.pw_gid)
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        os.chdir(account.pw_dir)
        known = {"HOME": account.pw_dir, "USER": account.pw_name, "LOGNAME": account.pw_name}
        known |= {"PATH": PATH, "LANG": "C.UTF-8", "TERM": "xterm-256color", "SHELL": "/bin/bash"}
        known |= {"PYTHONDONTWRITEBYTECODE": "1"}
        os.execve("/bin/bash", ["bash"], known)  # noqa: S606 - this is a shell for a person
    except OSError as error:
        os.write(2, f"no shell for {account.pw_name}: {error}\n".encode())
    finally:
        os._exit(127)


def _resize(master: int, rows: int, columns: int) -> None:
    size = struct.pack("=HHHH", max(rows, 2), max(columns, 2), 0, 0)
    fcntl.ioctl(master, termios.TIOCSWINSZ, size)


def _pass_on(master: int) -> None:
    """Pass on what is typed and what is written, until either end is closed."""
    os.set_blocking(1, False)
    typed, shown = bytearray(), bytearray()
    while True:
        poll = select.poll()
        poll.register(0, select.POLLIN)
        if len(shown) < MOST_WAITING:
            poll.register(master, select.POLLIN)
        if shown:
            poll.register(1, select.POLLOUT)
        for number, _ in poll.poll():
            if number == 0:
                data = os.read(0, PIECE)
                if not data:
                    return
                typed += data
                _take(typed, master)
            elif number == master:
                try:
                    shown += os.read(master, PIECE)
                except OSError:  # the shell and all that held its terminal have ended
                    os.set_blocking(1, True)
                    with contextlib.suppress(BrokenPipeError):
                        os.write(1, shown)
                    return
            else:
                try:
                    del shown[: os.write(1, memoryview(shown)[:PIECE])]
                except BrokenPipeError:
                    return


def _take(typed: bytearray, master: int) -> None:
    """Do what each whole record says."""
    while len(typed) >= HEAD.size:
        kind, length = HEAD.unpack_from(typed)
        if len(typed) < HEAD.size + length:
            return
        body = bytes(typed[HEAD.size : HEAD.size + length])
        del typed[: HEAD.size + length]
        if kind == b"R":
            _resize(master, *SIZE.unpack(body))
        else:
            os.write(master, body)
