"""Reads the values of TLS from bytes: numbers, and vectors that follow their length."""

from __future__ import annotations


class Reader:
    """Reads bytes from the front; where too few are left, it reads those that are left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes have not been read."""
        return len(self._data) - self._at

    def take(self, length: int) -> bytes:
        """Read ``length`` bytes."""
        taken = self._data[self._at : self._at + length]
        self._at += len(taken)
        return taken

    def number(self, length: int) -> int:
        """Read a number of ``length`` bytes."""
        return int.from_bytes(self.take(length), "big")

    def vector(self, length: int) -> bytes:
        """Read a vector that follows its own length, of ``length`` bytes (RFC 8446, 3.4)."""
        return self.take(self.number(length))

    def numbers(self, length: int, each: int) -> tuple[int, ...]:
        """Read a vector of numbers of ``each`` bytes."""
        data = self.vector(length)
        return tuple(
            int.from_bytes(data[at : at + each], "big") for at in range(0, len(data), each)
        )
