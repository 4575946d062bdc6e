"""What a process's descriptors are: sockets, and the streams that it prints to."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab.observation.calls.call import Socket

Kept = Socket | str
"""A socket, or ``stdin``, ``stdout`` or ``stderr``."""


@dataclass
class Process:
    """One process: its threads share the descriptors; those with ``cloexec`` end at its exec(2)."""

    pid: int
    open: dict[int, Kept] = field(default_factory=dict)
    cloexec: set[int] = field(default_factory=set)

    def set(self, number: int, what: Kept | None, *, cloexec: bool) -> None:
        """Take note of what a descriptor is from now on; None for anything else."""
        if what is None:
            self.close(number)
        else:
            self.open[number] = what
            (self.cloexec.add if cloexec else self.cloexec.discard)(number)

    def close(self, number: int) -> Kept | None:
        """Forget a descriptor; return what it was."""
        self.cloexec.discard(number)
        return self.open.pop(number, None)

    def become(self) -> None:
        """Close what does not outlive exec(2)."""
        for number in list(self.cloexec):
            self.close(number)

    def forked(self, pid: int) -> Process:
        """Return a child of it, which has the same descriptors."""
        return Process(pid, dict(self.open), set(self.cloexec))

    def socket(self, number: int) -> Socket | None:
        """Return the socket of a descriptor, as it is known by now."""
        found = self.open.get(number)
        return found if isinstance(found, Socket) else None

    def replace(self, socket: Socket) -> None:
        """Have every descriptor of a socket mean it as it is known now."""
        for number, kept in self.open.items():
            if isinstance(kept, Socket) and kept.number == socket.number:
                self.open[number] = socket
