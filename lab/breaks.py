"""Ways to break a scenario on purpose, so that its expectations are seen to fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lab.address import Family
from lab.errors import ScenarioInvalid


@dataclass(frozen=True, slots=True)
class Edit:
    """One passage of a program's file, and what stands there instead."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """Nothing from the network gets through to this host."""

    host: str


@dataclass(frozen=True)
class Break:
    """One way to break a scenario: a sentence, and the changes that do it.

    ``families`` limits it to IP versions in which it is a break at all.
    """

    sentence: str
    changes: tuple[Edit | CutOff, ...]
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6)

    def __init__(
        self,
        sentence: str,
        *changes: Edit | CutOff,
        families: Iterable[Family] = (Family.IPV4, Family.IPV6),
    ) -> None:
        object.__setattr__(self, "sentence", sentence)
        object.__setattr__(self, "changes", changes)
        object.__setattr__(self, "families", tuple(families))

    @property
    def cut_off(self) -> tuple[str, ...]:
        """The hosts that are cut off."""
        return tuple(change.host for change in self.changes if isinstance(change, CutOff))

    def edited(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files that differ, as they read under this break.

        Raises ScenarioInvalid where a passage is not in its file exactly once: such a break would
        break nothing.
        """
        changed: dict[str, bytes] = {}
        for change in self.changes:
            if not isinstance(change, Edit):
                continue
            text = changed.get(change.file, files.get(change.file, b"")).decode()
            if text.count(change.old) != 1:
                raise ScenarioInvalid(
                    f"breaking it so that {self.sentence}",
                    f"{change.file} holds {change.old!r} {text.count(change.old)} times, not once",
                    "correct breaks.py",
                )
            changed[change.file] = text.replace(change.old, change.new).encode()
        return changed


def edit(file: str, old: str, new: str) -> Edit:
    """Have ``new`` stand in a program's file where ``old`` stands (exactly once)."""
    return Edit(file, old, new)


def cut_off(host: str) -> CutOff:
    """Let nothing from the network through to this host."""
    return CutOff(host)
