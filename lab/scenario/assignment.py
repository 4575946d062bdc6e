"""Words and a loss of a student's own, drawn from a key that only the teacher has."""

from __future__ import annotations

import csv
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.clone import text_of
from lab.errors import UsageError
from lab.scenario import words

OWN = ("port", "number", "word3", "answer3", "loss")
"""The words that a student knows beforehand, and the packet that she loses.

All others are drawn anew for each run, so that nobody can print what she did not hear.
"""

LEAST_KEY = 16
"""Bytes that a key has at the least."""

SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
"""What may part the columns of a roster, and what it is called."""

_SAID = re.compile(r"(?i)sep=([,;\t])")


@dataclass(frozen=True)
class Assignment:
    """Gives each student words and a port for one scenario (HMAC-SHA256, RFC 2104)."""

    key: bytes
    scenario: str
    folder: Path

    @classmethod
    def of(cls, secret: Path, scenario: str, folder: Path) -> Assignment:
        """Return the assignment whose key is in a file; raises UsageError where that is too short.

        A file that is not there is no key either: nobody would know that another one was made.
        """
        key = secret.read_bytes() if secret.is_file() else b""
        if len(key) < LEAST_KEY:
            seen = f"it has {len(key)} bytes" if secret.is_file() else "there is no such file"
            raise UsageError(
                f"reading the key in {secret}",
                f"{seen}, and a key has {LEAST_KEY} at least",
                f"head -c 32 /dev/urandom > {secret}, and keep it: it makes all words again",
            )
        return cls(key, scenario, folder)

    def words_of(self, student: str) -> dict[str, str]:
        """Return the words that are a student's own, by the names in :data:`OWN`.

        They differ from student to student as far as chance has it: one of 614,125 words, one of
        14,000 ports.
        """
        count = 0

        def below(most: int) -> int:
            nonlocal count
            count += 1
            text = f"{self.scenario}\0{student}\0{count}".encode()
            found = hmac.new(self.key, text, hashlib.sha256).digest()
            return int.from_bytes(found, "big") % most

        drawn = words.draw(self.folder, below)
        return {name: drawn[name] for name in OWN}


def students(roster: Path) -> Sequence[str]:
    """Return the students of a roster: the first column of a CSV file, cut at ``,`` ``;`` or tab.

    A first line that says so is a heading. Raises UsageError for a name that is there twice, where
    there is none, and where nobody can say what parts the columns.
    """
    attempted = f"reading the roster {roster}"
    try:
        lines = [line for line in text_of(roster).splitlines() if line.strip()]
        names = [row[0].strip() for row in _rows(lines, attempted) if row and row[0].strip()]
    except csv.Error as error:
        raise UsageError(attempted, f"it is no CSV: {error}", "a line for each student") from error
    except OSError as error:
        raise UsageError(attempted, error.strerror or str(error), "name a CSV file") from error
    if names and names[0].lower() in ("student", "name", "username", "login", "id", "email"):
        names = names[1:]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not names:
        seen = f"{', '.join(twice)} stands there twice" if twice else "nobody stands there"
        raise UsageError(attempted, seen, "a line for each student")
    return names


def _rows(lines: list[str], attempted: str) -> list[list[str]]:
    """Return the columns of each line.

    Spreadsheets part them by a comma (RFC 4180), by a semicolon where numbers have a comma, or by a
    tab; and Excel reads, and some write, a first line that says which: ``sep=;``.
    """
    if lines and (said := _SAID.fullmatch(lines[0])):
        return list(csv.reader(lines[1:], delimiter=said[1]))
    read = {each: list(csv.reader(lines, delimiter=each)) for each in SEPARATORS}
    on_each = [each for each, rows in read.items() if all(len(row) > 1 for row in rows)]
    if lines and len(on_each) > 1:
        seen = f"each line has {' and '.join(map(SEPARATORS.__getitem__, on_each))}"
        advice = "begin with a line that has only what parts the columns: student;mail"
        raise UsageError(attempted, f"{seen}, and either may part its columns", advice)
    parted = on_each[0] if on_each else ","
    for each in SEPARATORS.keys() - {",", parted}:
        cut = {row[0] for row in read[each] if len(row) > 1}
        for name in (row[0] for row in read[parted]):
            if each in name and name.partition(each)[0] in cut:  # in quotes it may be of the name
                seen = f"{name!r} has {SEPARATORS[each]}, and not each line has one"
                advice = 'the same in each line, or quotes around the name: "ann"'
                raise UsageError(attempted, seen, advice)
    return read[parted]
