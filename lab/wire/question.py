"""Remember what is asked of a run, and each answer: by them a failed expectation is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar, Token
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar

Of = TypeVar("Of")
T = TypeVar("T")
P = ParamSpec("P")


class Asked(NamedTuple):
    """One question, ``name``, that an ``owner`` answered.

    An answer of several things is told by what one of them is called, ``noun``, and ``where`` it
    was looked for: ``"line"``, ``"printed by client"``.
    """

    owner: object
    name: str
    answer: Any
    noun: str
    where: str

    def counted(self, count: int) -> str:
        """Say that this many of them were seen."""
        plural = f"{self.noun[:-1]}ies" if self.noun.endswith("ry") else f"{self.noun}s"
        what = f"{count or 'no'} {self.noun if count < 2 else plural} {self.where}".strip()
        return f"{what} {'was' if count < 2 else 'were'} seen"


_ASKED: ContextVar[list[Asked] | None] = ContextVar("asked", default=None)
_NOBODY_ASKS: nullcontext[None] = nullcontext()


@contextmanager
def remembering() -> Iterator[list[Asked]]:
    """Give the list of what is asked meanwhile, in order; not what one question asks of others."""
    asked: list[Asked] = []
    with _set(asked):
        yield asked


@contextmanager
def _set(asked: list[Asked] | None) -> Iterator[list[Asked] | None]:
    """Have questions remembered in this list meanwhile; give the list that was there before."""
    token = _ASKED.set(asked)
    try:
        yield None if token.old_value is Token.MISSING else token.old_value
    finally:
        _ASKED.reset(token)


def _alone() -> AbstractContextManager[list[Asked] | None]:
    return _set(None) if _ASKED.get() is not None else _NOBODY_ASKS


def question(
    noun: str = "", where: str | Callable[..., str] = ""
) -> Callable[[Callable[Concatenate[Of, P], T]], Callable[Concatenate[Of, P], T]]:
    """Have each answer of a method remembered.

    ``where`` may name ``{self}``. Where it depends on the arguments, it is called with them.
    """
    tell: Callable[..., str] = (
        where if callable(where) else lambda self, *_, **__: where.format(self=self)
    )

    def decorate(ask: Callable[Concatenate[Of, P], T]) -> Callable[Concatenate[Of, P], T]:
        @wraps(ask)
        def remembered(self: Of, /, *args: P.args, **kwargs: P.kwargs) -> T:
            with _alone() as asked:
                answer = ask(self, *args, **kwargs)
                if asked is not None:
                    told = tell(self, *args, **kwargs)
                    asked.append(Asked(self, ask.__name__, answer, noun, told))
            return answer

        return remembered

    return decorate


class FoundOnce(cached_property[T]):
    """A ``cached_property`` whose answer is remembered each time that it is asked for."""

    noun = where = ""

    if not TYPE_CHECKING:  # the types are those of ``cached_property``

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            with _alone() as asked:
                answer = super().__get__(instance, owner)
                if asked is not None:
                    where = self.where.format(self=instance)
                    asked.append(Asked(instance, self.attrname, answer, self.noun, where))
            return answer

    def __set__(self, instance: object, value: object) -> None:
        # A kept answer would hide a descriptor without this method.
        raise AttributeError(f"{self.attrname} is found, not set")


def found_once(noun: str = "", where: str = "") -> Callable[[Callable[[Any], T]], FoundOnce[T]]:
    """Declare a question that is asked like a field, and answered at the first time only."""

    def declare(find: Callable[[Any], T]) -> FoundOnce[T]:
        declared = FoundOnce(find)
        declared.noun, declared.where = noun, where
        return declared

    return declare
