"""Name the files that programs left: a run keeps each file under a name of its own."""

from __future__ import annotations

from lab.observation.observation import Observation


def name_of(host: str, number: int, name: str) -> str:
    """Return the name under which to keep a file that a host's program left.

    ``number`` counts the host's programs from 1.
    """
    return f"{host}-{number}-{name}"


def artifacts_of(observation: Observation) -> dict[str, bytes]:
    """Return the content of every file that programs left, by the name under which it is kept."""
    return {
        name_of(host.name, number, name): content
        for host in observation.hosts
        for number, transcript in enumerate(host.transcripts, start=1)
        for name, content in transcript.files.items()
    }
