"""Ways to break a scenario on purpose, so that its expectations are seen to fail."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lab.errors import ScenarioInvalid
from lab.scenario import keywords
from lab.wire.address import Family

_KEPT = "surrogateescape"
"""Bytes that are no UTF-8 stay what they are."""

_REPLACING = "replacing words"


@dataclass(frozen=True, slots=True)
class Edit:
    """Have ``new`` stand in a program's file where ``old`` stands (exactly once)."""

    file: str
    old: str
    new: str

    def __post_init__(self) -> None:
        """Raise ScenarioInvalid where it could change nothing."""
        for keyword, value in (("file", self.file), ("old", self.old), ("new", self.new)):
            keywords.text("making an edit", keyword, value)
        if not self.old or self.old == self.new:
            seen = f"it replaces {keywords.shown(self.old)} by {keywords.shown(self.new)}"
            raise ScenarioInvalid("making an edit", seen, 'edit("server.py", "send", "pass")')


@dataclass(frozen=True, slots=True)
class CutOff:
    """Let nothing from the network through to this host."""

    host: str

    def __post_init__(self) -> None:
        """Raise ScenarioInvalid where that is no name of a host."""
        if not isinstance(self.host, str):
            raise keywords.refused("cutting off", "a host", self.host, 'cut_off("client")')


@dataclass(frozen=True, slots=True)
class WithoutFaults:
    """Have none of the faults happen that the scenario's steps set."""


@dataclass(frozen=True, slots=True)
class ReplaceWords:
    """Words that stand one after the other in a command, and what is typed instead of them."""

    old: tuple[str, ...]
    new: tuple[str, ...]

    def of(self, command: Sequence[str]) -> tuple[str, ...] | None:
        """Return the command with the new words; None where the old ones are not in it."""
        words, length = tuple(command), len(self.old)
        for start in range(len(words) - length + 1):
            if words[start : start + length] == self.old:
                return words[:start] + self.new + words[start + length :]
        return None


Change = Edit | CutOff | ReplaceWords | WithoutFaults

edit, cut_off, without_faults = Edit, CutOff, WithoutFaults
"""The changes as a ``breaks.py`` calls them; see also :func:`replace_words`."""


@dataclass(frozen=True)
class Break:
    """One way to break a scenario: a sentence, and the changes that do it.

    ``families`` limits it to IP versions in which it is a break at all.
    """

    sentence: str
    changes: tuple[Change, ...]
    families: tuple[Family, ...]

    def __init__(
        self, sentence: str, *changes: Change, families: Iterable[Family] = tuple(Family)
    ) -> None:
        is_said = isinstance(sentence, str) and bool(sentence.strip())
        said = repr(sentence) if is_said else '"the server is silent"'
        example = f'Break({said}, edit("server.py", "send", "pass"))'
        if not is_said:
            raise keywords.refused("making a break", "its sentence", sentence, example)
        making = f"making the break {sentence!r}"
        if not changes:
            raise ScenarioInvalid(making, "it changes nothing", example)
        for each in changes:
            if not isinstance(each, Change):
                raise keywords.refused(making, "a change", each, example)
        versions = keywords.families(making, families)
        vars(self).update(sentence=sentence, changes=changes, families=versions)

    @property
    def cut_off(self) -> tuple[str, ...]:
        """The hosts that are cut off."""
        return tuple(change.host for change in self.changes if isinstance(change, CutOff))

    @property
    def replaced_words(self) -> tuple[ReplaceWords, ...]:
        """What is typed instead of words of the scenario's commands."""
        return tuple(change for change in self.changes if isinstance(change, ReplaceWords))

    @property
    def without_faults(self) -> bool:
        """Whether the faults of the scenario's steps are left out."""
        return any(isinstance(change, WithoutFaults) for change in self.changes)

    def edited(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files that differ, as they read under this break.

        Raises ScenarioInvalid where a passage is not in its file exactly once, for such a break
        would break nothing; and where a program would be no Python any more, for then no
        expectation could hold, whatever it asks.
        """
        changed: dict[str, bytes] = {}
        attempted = f"breaking it so that {self.sentence}"
        for change in self.changes:
            if not isinstance(change, Edit):
                continue
            if change.file not in files:
                known = ", ".join(sorted(name for name in files if name.endswith(".py")))
                seen = f"the scenario has no file {change.file}"
                raise ScenarioInvalid(attempted, seen, f"one of {known}" if known else "")
            text = changed.get(change.file, files[change.file]).decode(errors=_KEPT)
            if text.count(change.old) != 1:
                raise ScenarioInvalid(
                    attempted,
                    f"{change.file} has {change.old!r} {text.count(change.old)} times, not once",
                    "correct breaks.py",
                )
            changed[change.file] = text.replace(change.old, change.new).encode(errors=_KEPT)
        for name, content in changed.items():
            wrong = _mistake(content) if name.endswith(".py") else ""
            if wrong and not _mistake(files[name]):
                seen = f"{name} is no Python any more: {wrong}"
                raise ScenarioInvalid(attempted, seen, "correct breaks.py")
        return changed


def _mistake(content: bytes) -> str:
    """Return why a file is no Python, with its line; nothing where it is."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(content)
    except SyntaxError as error:
        return f"line {error.lineno}, {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    return ""


def replace_words(old: str | Sequence[str], new: str | Sequence[str]) -> ReplaceWords:
    """Have the words ``new`` in each of the run's commands that holds the words ``old``.

    The program's name counts as a word, and placeholders stand as they do in ``scenario.py``. A
    text is cut at its spaces; name the words in a list where one of them has spaces in it.
    """
    words = _words("old", old), _words("new", new)
    if not words[0]:
        raise keywords.refused(_REPLACING, "old", old, 'replace_words("-c 3", "-c 2")')
    return ReplaceWords(*words)


def _words(keyword: str, given: str | Sequence[str]) -> tuple[str, ...]:
    words = given.split() if isinstance(given, str) else given
    return keywords.texts(_REPLACING, keyword, words, 'replace_words("-c 3", "-c 2")')
