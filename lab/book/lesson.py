"""A lesson's README taken apart: its title, its text, its questions and their answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lab.story.page.lesson import heading
from lab.story.readme import BLOCK

COMMENT = re.compile(r"[ \t]*<!--.*?-->", re.DOTALL)
_TITLE = re.compile(r"\A\s*# [^\n]*\n+")
_ANSWER = re.compile(
    r"\n*^(?P<indent> *)<details><summary>Answer</summary>\n+(?P<answer>.*?)\n *</details>[ \t]*\n",
    re.MULTILINE | re.DOTALL,
)
_QUESTION = re.compile(r"^(\d+)\. ", re.MULTILINE)

_BLOCK = r"^ *(?P<fence>```+|~~~+).*?^ *(?P=fence)[ \t]*$|^(?: {4}|\t)[^\n]*$"
_INLINE = r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
_CODE_BLOCK = re.compile(_BLOCK, re.MULTILINE | re.DOTALL)
_CODE = re.compile(f"{_BLOCK}|{_INLINE}", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """The answer to the question of this number; its text is Markdown, from the left margin."""

    number: int
    text: str


@dataclass(frozen=True)
class LessonText:
    """The README of a scenario: its title, and its text without the title."""

    title: str
    text: str

    @classmethod
    def of(cls, readme: str, name: str) -> LessonText:
        """Return a README's parts; one without a title gets the scenario's name."""
        return cls(heading(readme) or name, _TITLE.sub("", readme) + "\n")

    def without_answers(self) -> tuple[LessonText, list[Answer]]:
        """Return the lesson without its answers, and these; each is that of the question above."""
        answers: list[Answer] = []

        def take(match: re.Match[str]) -> str:
            asked = _QUESTION.findall(self.text[: match.start()])
            number = int(asked[-1]) if asked else len(answers) + 1
            lines = match["answer"].split("\n")
            dedented = [line.removeprefix(match["indent"]) for line in lines]
            answers.append(Answer(number, "\n".join(dedented).strip()))
            return "\n"

        return replace(self, text=_ANSWER.sub(take, self.text)), answers

    def told(self, tell: Callable[[re.Match[str]], str]) -> LessonText:
        """Return the lesson with other Markdown where a run's story stands in it."""
        return replace(self, text=BLOCK.sub(tell, self.text))


def outside_code(text: str, change: Callable[[str], str], *, inline: bool = True) -> str:
    """Return Markdown with a change in all that is not code: no block, nor ``inline`` code."""
    pieces, at = [], 0
    for match in (_CODE if inline else _CODE_BLOCK).finditer(text):
        pieces += [change(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*pieces, change(text[at:])])
