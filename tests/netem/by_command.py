"""The way to a Python that a command of this machine starts, where no engine carries it."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
from collections.abc import Callable, Sequence
from typing import IO, Any


class Process:
    """A process's input and output, as execnet uses them."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.execmodel: Any = None
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def read(self, count: int, /) -> bytes:
        data = self._pipes[1].read(count)
        if len(data) < count:
            raise EOFError(f"expected {count} bytes, got {len(data)}")
        return data

    def write(self, data: bytes, /) -> None:
        self._pipes[0].write(data)
        self._pipes[0].flush()

    def close_read(self) -> None:
        self._pipes[1].close()

    def close_write(self) -> None:
        with contextlib.suppress(OSError):
            self._pipes[0].close()

    def wait(self) -> int | None:
        return self._process.wait()

    def kill(self) -> None:
        self._process.kill()
        self.close_write()
        self.close_read()
        self._process.wait()

    def last_words(self, first: bytes) -> str:
        return (first + self._pipes[1].read()).decode(errors="replace").strip()


def by_command(command: str) -> Callable[[Sequence[str]], Process]:
    """Return what runs words behind this command, as a shell splits it."""
    return lambda argv: Process([*shlex.split(command), *argv])
