"""A program on a host, as a scenario names it: a file or a tool, its arguments, its promises."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from lab.errors import ScenarioInvalid
from lab.scenario import keywords, program_keywords
from lab.scenario.made import PYTHON, named
from lab.wire.address import Family, Service

DEFAULT_DEADLINE = 10.0
"""Seconds that a program may run after it is the last one waited for."""


@dataclass(frozen=True)
class Program:
    """A program on a host: a file of the scenario's folder, and its arguments.

    Python runs it, unless its ending or its first line names another language.

    In an argument, and in what is typed into it (``stdin``), ``{server}`` stands for the address of
    host *server* in the run's IP version and ``{version}`` for ``4`` or ``6``; a bare host name is
    looked up by the program itself, in the lab's DNS. ``{word}``, ``{answer}``, ``{number}`` and
    the others of :data:`lab.scenario.words.LESSON` stand for the words of the run.

    ``listens_on`` is what the program promises to listen on; the lab starts the next program when
    that socket is there. With ``"any"`` the lab sees itself where it listens, and ``{host.port}``
    in an argument of a later program stands for that port. ``serves`` says that it goes on serving
    and is stopped by the lab once the other programs have ended; ``"perhaps"``, that it may also
    end by itself. ``stdin`` is there for it to read from the beginning, and has an end; lines of
    ``typed`` are typed one by one when it asks. ``deadline`` bounds its run, in seconds; ``waits``
    says how many of them it waits on purpose, because that is the lesson (a timeout, a slow
    reader). ``keeps`` names files that it keeps in its folder; the lab takes them from there when
    it has ended.
    ``fails`` says that it fails, as the lesson wants it to: in any way (True), with an exit status
    (3), by a signal (``"SIGKILL"``) or by an exception (``"OSError"``).
    ``traced`` says whether the lab traces its system calls; a :class:`Command` is not traced.
    ``screen`` says whether it gets a screen of its own that nobody sees, for its windows; without,
    it gets one where it imports tkinter. The picture is kept as ``screen.png``, lines of ``typed``
    are typed on that screen's keyboard, and a window that stays open is closed without a mark.
    ``name`` is what expectations call it, where the file's name tells too little. Without a
    ``deadline`` the scenario's holds.
    """

    file: str
    arguments: tuple[str, ...]
    listens_on: tuple[Service, ...]
    finds_port: bool
    serves: bool | Literal["perhaps"]
    deadline: float | None
    stdin: str | None
    typed: tuple[str, ...]
    waits: float
    keeps: tuple[str, ...]
    fails: bool | int | str
    called: str
    traced: bool
    screen: bool | None

    is_command: ClassVar[bool] = False
    """Whether ``file`` is a tool of the host instead of a file of the scenario's folder."""

    def __init__(
        self,
        file: str,
        *arguments: str | int,
        listens_on: Service | Iterable[Service] | Literal["any"] = (),
        serves: bool | Literal["perhaps"] = False,
        deadline: float | None = None,
        stdin: str | None = None,
        typed: str | Iterable[str] = (),
        waits: float = 0.0,
        keeps: str | Iterable[str] = (),
        fails: bool | int | str = False,
        name: str = "",
        traced: bool | None = None,
        screen: bool | None = None,
    ) -> None:
        making = self._making(file)
        for keyword, value in (("stdin", "" if stdin is None else stdin), ("name", name)):
            keywords.text(making, keyword, value)
        keywords.one_of(making, "serves", serves, (False, True, "perhaps"))
        keywords.one_of(making, "traced", traced, (None, False, True))
        keywords.one_of(making, "screen", screen, (None, False, True))
        if deadline is not None:
            keywords.seconds(making, "deadline", deadline)
        vars(self).update(
            file=file,
            arguments=program_keywords.arguments(making, arguments),
            listens_on=() if listens_on == "any" else program_keywords.services(making, listens_on),
            finds_port=listens_on == "any",
            serves=serves,
            deadline=deadline,
            stdin=stdin,
            typed=program_keywords.lines(making, typed, stdin),
            waits=keywords.seconds(making, "waits", waits, or_none=True),
            keeps=program_keywords.kept(making, keeps),
            fails=program_keywords.failing(making, fails),
            called=name,
            traced=not self.is_command if traced is None else traced,
            screen=screen,
        )

    def _making(self, file: object) -> str:
        """Return what is attempted; raises ScenarioInvalid where ``file`` can be no name of one."""
        kind = type(self).__name__
        words = file.split() if self.is_command and isinstance(file, str) else [file]
        if not file or not isinstance(file, str) or words != [file]:
            example = '"ping", "-c", 3' if self.is_command else '"client.py"'
            if len(words) > 1:
                example = ", ".join(f'"{word}"' for word in words)
            raise keywords.refused(f"making a {kind}", "its name", file, f"{kind}({example})")
        return f"making a {kind} of {file}"

    @property
    def name(self) -> str:
        """What expectations call it: its own name, or else the file's or the command's."""
        return self.called or self.file

    @property
    def is_server(self) -> bool:
        """Whether it is there for others: it listens, or goes on serving."""
        return bool(self.listens_on or self.finds_port or self.serves)

    @property
    def command(self) -> tuple[str, ...]:
        """The program's name and its arguments, as the scenario gives them."""
        return (self.file, *self.arguments)

    def replaced_words(self, command: Sequence[str]) -> Program:
        """Return the same program with another file or command and other arguments."""
        return self._with(file=command[0], arguments=tuple(command[1:]))

    def named(self, name: str) -> Program:
        """Return the same program, called so by the expectations."""
        return self._with(called=name)

    def promising(self, services: Iterable[Service]) -> Program:
        """Return the same program, which listens on these services."""
        return self._with(listens_on=tuple(services), finds_port=False)

    def untraced(self) -> Program:
        """Return the same program, whose calls are not traced."""
        return self._with(traced=False)

    def _with(self, **changes: object) -> Program:
        changed = copy.copy(self)
        vars(changed).update(changes)
        return changed

    def check_kept(self, brought: Iterable[str]) -> None:
        """Raise ScenarioInvalid where it is to keep a file that the lab brings to its host."""
        for name in set(self.keeps).intersection(brought):
            raise ScenarioInvalid(
                f"reading what {self.name} keeps",
                f"{name} is a file that its host gets from the lab, so it would be kept unwritten",
                f"leave {name} out of the host's files, or have the program write another",
            )

    def input(self, values: Mapping[str, str], family: Family) -> str | None:
        """Return what it reads from the beginning, with ``values`` as in :meth:`argv`."""
        return None if self.stdin is None else _filled(self.stdin, values, family)

    def lines(self, values: Mapping[str, str], family: Family) -> list[str]:
        """Return the lines that are typed into it, with ``values`` as in :meth:`argv`."""
        return [_filled(line, values, family) for line in self.typed]

    def argv(
        self, values: Mapping[str, str], family: Family, run_by: Sequence[str] = ()
    ) -> list[str]:
        """Return the words to execute: those that it is ``run_by``, if not Python's; arguments.

        ``values`` gives each host's address in ``family``, and the words of the run.
        """
        words = [_filled(word, values, family) for word in self.arguments]
        if self.is_command:
            return [self.file, *words]
        return [*(run_by or (*PYTHON, named(self.file))), *words]


class Command(Program):
    """A program that is a tool of the host (``ping``, ``curl`` …) instead of a file."""

    is_command = True


_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_-]*(?:\.port)?)\}")


def _filled(word: str, values: Mapping[str, str], family: Family) -> str:
    """Replace ``{host}``, ``{word}`` and ``{version}``; leave any other braces as they stand."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name == "version":
            return str(family.version)
        return values.get(name, match[0])

    return _PLACEHOLDER.sub(value, word)
