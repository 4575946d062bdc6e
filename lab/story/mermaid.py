"""A story as a Mermaid sequence diagram, for a README or a wiki that draws those."""

from __future__ import annotations

from collections.abc import Iterator

from lab.story.timeline.fold import Fold, fold, quiet
from lab.story.timeline.moment import Arrow, Moment
from lab.story.timeline.timeline import Timeline

_ENTITIES = {character: f"#{ord(character)};" for character in "#;%&<>\"'`{}[]\\"}
"""What means something to Mermaid, or to the page that it draws in, and how it is written there."""


def mermaid(timeline: Timeline) -> str:
    """Return the story of a run as a sequence diagram, folded as in the terminal."""
    names = {host: f"h{number}" for number, host in enumerate(timeline.abreast)}
    lines = ["sequenceDiagram"]
    lines += [f"    participant {names[host]} as {_text(timeline.title(host))}" for host in names]
    for moment in quiet(fold(timeline.moments)):
        lines += [f"    {line}" for line in _lines(moment, names)]
    return "\n".join(lines) + "\n"


def _lines(moment: Moment | Fold, names: dict[str, str]) -> Iterator[str]:
    every = list(names.values())
    if isinstance(moment, Fold):
        over = every[0] if len(every) == 1 else f"{every[0]},{every[-1]}"
        yield f"Note over {over}: {_text(f'… {moment.text} …')}"
        return
    if isinstance(moment, Arrow):
        transit = moment.transit
        sender = names.get(transit.sender, every[0])
        arrow = "-x" if transit.lost else "->>"
        label = _text(moment.label.fit(80)) or "packet"
        # Mermaid knows no message with several receivers: the others' say that it is the same.
        reached = [names[host] for host in transit.reached if host in names]
        end = names.get(transit.receiver, every[-1])
        if transit.last and transit.last.host != transit.sender:
            end = names.get(transit.last.host, end)
        for receiver in reached or [end]:
            yield f"{sender}{arrow}{receiver}: {label}"
            label = "the same packet"
    for note in moment.notes:
        yield f"Note over {names[note.host]}: {_text(note.text)}"


def _text(text: str) -> str:
    return "".join(_ENTITIES.get(character, character) for character in text)
