"""What was asked of the DNS, and what it answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lab.wire.conversation import Conversation
from lab.wire.packet import Dns
from lab.wire.question import question
from lab.wire.reading import dns_messages


@dataclass(frozen=True)
class NameLookups:
    """The DNS queries for a name and the responses to them, in the order of the wire."""

    queries: tuple[Dns, ...]
    responses: tuple[Dns, ...]

    @property
    @question("name", "that was asked for")
    def names(self) -> list[str]:
        """The names that were asked for, each once."""
        asked = [question.name for query in self.queries for question in query.questions]
        return list(dict.fromkeys(asked))

    @property
    @question("answer", "of the DNS")
    def answers(self) -> list[str]:
        """The data of all answers: addresses in their text form, names."""
        return [record.data for response in self.responses for record in response.answers]


def name_lookups(name: str | None, talks: Iterable[Conversation]) -> NameLookups:
    """Return the DNS messages about a name, or about a longer name that completes it."""
    said = [each for talk in talks for each in dns_messages(talk)]
    about = [
        message
        for _, message in sorted(said, key=lambda each: each[0].time_ns)
        if name is None or any(_completes(each.name, name) for each in message.questions)
    ]
    return NameLookups(
        tuple(message for message in about if not message.qr),
        tuple(message for message in about if message.qr),
    )


def _completes(asked: str, name: str) -> bool:
    return asked.rstrip(".") == name.rstrip(".") or asked.startswith(f"{name}.")
