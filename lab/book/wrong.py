"""What goes wrong: the breaks of a scenario, and which expectations notice each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lab.observation.sentence import sentence_of
from lab.wire.address import Family

MOST = 4
"""Expectations that are named for one break; of more, the number is told."""


def section(
    scenario: str,
    breaks: Iterable[str],
    families: Iterable[Family],
    proof: Mapping[str, Any] | None,
) -> str:
    """Return the section about a scenario's breaks as Markdown; nothing where it has none.

    ``breaks`` are their sentences. ``proof`` is what the last proof kept, None where there is none
    of the files as they are: then the section says so.
    """
    sentences = list(dict.fromkeys(breaks))
    if not sentences:
        return ""
    lines = ["## What goes wrong", ""]
    if proof is None:
        lines += [
            "Each of these breaks the experiment on purpose. What notices it was not proved here:"
            f" `lab prove {scenario}` plays each of them and says which expectation fails.",
            "",
        ]
        lines += [f"- {_capital(each)}." for each in sentences]
        return "\n".join([*lines, ""])
    lines += [
        "Each of these was done on purpose. Behind it stands what does not hold then: the"
        " expectations that notice it.",
        "",
    ]
    trials = proof["breaks"]
    over = {trial["family"] for trial in trials}
    missing = [family.label for family in families if family.value not in over]
    for sentence in sentences:
        own = [trial for trial in trials if trial["sentence"] == sentence]
        lines += [f"- **{_capital(sentence)}.**", *_seen(own)]
    if missing:
        lines += ["", f"Not proved over {' and '.join(missing)}."]
    return "\n".join([*lines, ""])


def _seen(trials: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the lines of one break: what fails, over both IP versions or over one of them."""
    if not trials:
        return ["  Not proved."]
    by_family = {trial["family"]: tuple(trial["noticed_by"]) for trial in trials}
    unclear = {trial["family"] for trial in trials if trial["inconclusive"]}
    told = []
    alike = len({*by_family.values()}) == 1 and len({each in unclear for each in by_family}) == 1
    for family, names in by_family.items():
        over = "" if alike else f" ({Family(family).label})"
        if family in unclear:
            told.append(f"  What it does could not be judged{over}.")
        elif names:
            told.append(f"  {_listed(names)}{over}.")
        else:
            told.append(f"  What notices it was not proved{over}.")
        if alike:
            break
    return told


def _listed(names: Sequence[str]) -> str:
    sentences = [f"*{_plain(sentence_of(name))}*" for name in names[:MOST]]
    more = len(names) - MOST
    return "; ".join(sentences) + (f"; and {more} more" if more > 0 else "")


def _plain(sentence: str) -> str:
    return sentence.replace("_", r"\_").replace("*", r"\*")


def _capital(sentence: str) -> str:
    escaped = _plain(sentence).replace("<", r"\<").replace("`", r"\`")
    return escaped[:1].upper() + escaped[1:]
