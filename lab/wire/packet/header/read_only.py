"""Attributes that are read and never set, with their type and their meaning on one line."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, Never, Self, TypeVar, overload

T = TypeVar("T")


class ReadOnly(property, Generic[T]):
    """A property whose value stands in a slot, or is what a function makes of the owner."""

    def __init__(self, source: str | Callable[[Any], T], doc: str) -> None:
        super().__init__(attrgetter(source) if isinstance(source, str) else source)
        self.__doc__ = doc

    if TYPE_CHECKING:

        @overload
        def __get__(self, owner: None, kind: type, /) -> Self: ...
        @overload
        def __get__(self, owner: object, kind: type | None = None, /) -> T: ...
        def __get__(self, owner: object, kind: type | None = None, /) -> T | Self: ...
        def __set__(self, owner: object, value: Never, /) -> None: ...
