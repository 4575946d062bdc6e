"""Bring a lab up across two engines: both there, images sent, hosts on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from lab.errors import UsageError
from lab.hosts.docker.across.client import joined
from lab.hosts.docker.across.lab import lab_of, prepare
from lab.hosts.docker.across.placement import split
from lab.hosts.docker.across.record import kept
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine import endpoint
from lab.hosts.docker.images import sending
from lab.hosts.engines import Engine, open_named, sources


def up(root: Path, contexts: Sequence[str], hosts: Sequence[str], say: Say) -> None:
    """Bring hosts up across the engines of two contexts of Docker's; raises LabError.

    Where none is named: the usual ones, and all that live on the second engine.
    """
    first, second = contexts
    with open_named(contexts, say) as both:
        lab = prepare(root, first, second)
        known = lab.topology.hosts
        usual = [plan.name for plan in known.values() if not plan.profiles]
        wanted = list(hosts) or [*usual, *split(lab.topology)[1].hosts]
        with sources(both[0], both) as others:
            for sent in sending.ensure(others, both[0].client, root, lab.images_of(wanted)):
                say(f"sent {first} {sent}")
    lab.up(wanted, say)


@contextmanager
def open_joined(root: Path, say: Say) -> Iterator[Sequence[Engine]]:
    """Yield the two engines of the clone's lab as one; raises EngineUnavailable."""
    record = kept(root)
    assert record is not None  # noqa: S101 - the caller has looked
    with closing(joined(record)) as client:
        yield [Engine("", endpoint.find(), client, say)]


def down(root: Path, say: Say) -> bool:
    """Take the clone's lab down where it is across two engines, and return whether it was."""
    if kept(root):
        lab_of(root).down(say)
        return True
    return False


def told(root: Path) -> str:
    """Return which hosts are on which engine, for a lab across two; empty for another."""
    record = kept(root)
    if record is None:
        return ""
    beyond = ", ".join(split(lab_of(root).topology)[1].hosts)
    return f"Across two engines: {beyond} on {record.second}, the others on {record.first}"


def is_across(root: Path) -> bool:
    """Return whether the clone's lab is across two engines."""
    return kept(root) is not None


def refuse(root: Path, attempt: str) -> None:
    """Raise UsageError for what needs all hosts on one engine, where they are on two."""
    if is_across(root):
        raise UsageError(
            attempt,
            "this clone's lab is across two engines, and their clocks differ",
            "lab down, then again: then all hosts are on one engine",
        )


def refuse_more(number: int, on: Sequence[str]) -> None:
    """Raise UsageError where more than the one lab across two engines is wanted."""
    if number > 1 or on:
        raise UsageError(
            "playing on several labs",
            "this clone's lab is across two engines, and there is only one such",
            "leave -j and --on out; or lab down, then again",
        )
