"""What is not known of a program's calls, in a run's remarks: who judges by calls asks for it."""

from __future__ import annotations

from collections.abc import Iterable


def remarks_on(where: str, *, kept: int, left_out: int, is_whole: bool) -> list[str]:
    """Return the remarks on the calls of a program; none where all ``kept`` are all there were.

    ``where`` is the program and its host. Of ``left_out`` calls only the number is known; where the
    trace is not ``is_whole``, its end is missing.
    """
    found = [] if is_whole else [_cut_off(where)]
    if left_out:
        found.append(f"{_more(where)}{left_out:,} calls more than the {kept:,} kept")
    return found


def is_told(remarks: Iterable[str], where: str) -> bool:
    """Return whether remarks say of a program that not all its calls are known."""
    return any(each.startswith((_cut_off(where), _more(where))) for each in remarks)


def _cut_off(where: str) -> str:
    return f"{where}: its calls are not known to its end"


def _more(where: str) -> str:
    return f"{where} made "
