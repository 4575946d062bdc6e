"""Options: what IPv4, IPv6, neighbour discovery and TCP append to a header, each in its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from lab.wire.packet.header.field import Field, Problem
from lab.wire.packet.header.header import Header


@dataclass(frozen=True, slots=True)
class Option:
    """One option; ``value`` is its data's bytes, or what they mean where its class says so."""

    kind: int
    name: str
    value: Any = None

    @property
    def text(self) -> str:
        """How to show the value."""
        return str(self.value.hex(" "))


ReadOption = Callable[[int, bytes], Option]


def named(names: Mapping[int, str], option: type[Option] = Option) -> ReadOption:
    """Return a function that makes an option from its kind and its data."""
    return lambda kind, data: option(kind, names.get(kind, f"Option {kind}"), data)


class OptionForm(NamedTuple):
    """How a protocol writes its options: a byte for the kind, one for the length, then data.

    ``misfit`` says what is wrong with an option whose length cannot be. ``begins`` is where in the
    header the options begin. The length counts units of ``unit`` bytes, and leaves out the first
    ``uncounted`` bytes. The kinds in ``alone`` are a single byte. After the kind ``end`` only
    padding follows.
    """

    read: ReadOption
    misfit: str
    begins: int = 0
    unit: int = 1
    uncounted: int = 0
    alone: tuple[int, ...] = ()
    end: int | None = None


class OptionSpan(NamedTuple):
    """Where one option stands in the frame; ``start`` is the offset of its kind."""

    option: Option
    start: int
    stop: int


class WithOptions(Header):
    """A header that ends with options."""

    __slots__ = ()
    FORM: ClassVar[OptionForm]

    @property
    def options(self) -> tuple[Option, ...]:
        """The options that are whole."""
        return tuple(span.option for span in self._spans()[0])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """An option whose length cannot be."""
        broken = self._spans()[1]
        return () if broken is None else (Problem(self.name, broken, self.FORM.misfit),)

    @property
    def _fixed_part(self) -> int:
        """How many bytes come before the options."""
        return self.FORM.begins

    def _spans(self) -> tuple[list[OptionSpan], int | None]:
        """Return the whole options, and the offset of a broken one or None."""
        form, frame = self.FORM, self._frame
        found: list[OptionSpan] = []
        at = self._start + self._fixed_part
        stop = self._start + self._length
        while at < stop:
            kind = frame[at]
            if kind in form.alone:
                after = at + 1
            else:
                length = frame[at + 1] if at + 1 < stop else 0
                after = at + form.uncounted + form.unit * length
                if after < at + 2 or after > stop:
                    return found, at
            found.append(OptionSpan(form.read(kind, frame[at + 2 : after]), at, after))
            if kind == form.end:
                break
            at = after
        return found, None

    def _variable(self) -> Sequence[Field]:
        return [
            Field(found.name, found.value, found.text, start * 8, (stop - start) * 8)
            for found, start, stop in self._spans()[0]
        ]
