"""Words and a loss of a student's own, drawn from a key that only the teacher has."""

from __future__ import annotations

import csv
import hashlib
import hmac
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
    """Return the students of a roster: the first column of a CSV file.

    A first line that says so is a heading. Raises UsageError for a name that is there twice, and
    where there is none.
    """
    try:
        rows = [row for row in csv.reader(text_of(roster).splitlines()) if row and row[0].strip()]
    except OSError as error:
        raise UsageError(
            f"reading the roster {roster}", error.strerror or str(error), "name a CSV file"
        ) from error
    names = [row[0].strip() for row in rows]
    if names and names[0].lower() in ("student", "name", "username", "login", "id", "email"):
        names = names[1:]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not names:
        seen = f"{', '.join(twice)} stands there twice" if twice else "nobody stands there"
        raise UsageError(f"reading the roster {roster}", seen, "a line for each student")
    return names
