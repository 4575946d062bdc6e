"""Send images from one engine to another, as ``docker save | docker load`` does."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lab.errors import ImageUnavailable
from lab.hosts.docker.engine.client import EngineClient, Known
from lab.hosts.docker.images import images
from lab.hosts.docker.images.images import MAKING_DEADLINE
from lab.hosts.docker.images.recipe import Recipe
from lab.hosts.docker.lock import held

CHUNK = 1 << 20
"""Bytes that are passed on in one go."""

Passed = Callable[[int, int], None]
"""Is told how many bytes have been sent, and about how many these will be."""


@dataclass(frozen=True)
class Sent:
    """What was sent: images by their full names, bytes and seconds."""

    tags: tuple[str, ...]
    bytes: int
    seconds: float

    def __str__(self) -> str:
        many = f"{len(self.tags)} image{'s' * (len(self.tags) != 1)}"
        return f"{many}, {self.bytes / 1e6:.0f} MB in {self.seconds:.0f} s"


def ensure(
    sources: Sequence[EngineClient],
    target: EngineClient,
    root: Path,
    names: Iterable[str],
    passed: Passed = lambda _, __: None,
) -> list[Sent]:
    """Send those of these images that ``target`` has not, and that one of ``sources`` has.

    What none of them has is not sent. Raises ImageUnavailable where sending fails.
    """
    wanted = images.recipes(root, names)
    if not images.missing_of(target, wanted):
        return []
    sent = []
    lock, awaited = f"sending-{target.endpoint.name}", "another session's sending of images"
    with held(root, lock, MAKING_DEADLINE, awaited):
        machine = target.version().get("Arch")
        for source in sources:
            missing = images.missing_of(target, wanted)
            there = [each.tag for each in missing if _is_there(each, source, machine)]
            if there:
                sent.append(send(source, target, there, passed))
    return sent


def send(source: EngineClient, target: EngineClient, tags: Sequence[str], passed: Passed) -> Sent:
    """Send images by their full names; raises ImageUnavailable."""
    began, done = time.monotonic(), 0
    total = _about(source, tags)
    with tempfile.TemporaryFile() as saving, tempfile.TemporaryFile() as loading:
        said = saving  # whoever fails first says why; what the other one says follows from it
        save = _docker(source, saving, "save", *tags, stdout=subprocess.PIPE)
        with save, _docker(target, loading, "load", "-q", stdin=subprocess.PIPE) as load:
            assert save.stdout is not None  # noqa: S101 - for mypy: both are pipes
            assert load.stdin is not None  # noqa: S101
            try:
                while chunk := os.read(save.stdout.fileno(), CHUNK):
                    done += len(chunk)
                    while chunk:  # past Python's buffer, which would be flushed to a dead reader
                        chunk = chunk[os.write(load.stdin.fileno(), chunk) :]
                    passed(done, total)
                load.stdin.close()
            except OSError:
                said = loading
                save.kill()
            except BaseException:
                save.kill()
                load.kill()
                raise
        if save.returncode or load.returncode:
            said = said if save.returncode else loading
            said.seek(0)
            words = said.read().decode(errors="replace").strip().splitlines()
            raise ImageUnavailable(
                f"sending {len(tags)} images to the engine {target.endpoint.name or 'default'}",
                words[-1] if words else "docker save or docker load ended without a word",
                "lab engines; docker system df shows what Docker itself holds there",
            )
    return Sent(tuple(tags), done, time.monotonic() - began)


def _is_there(recipe: Recipe, source: EngineClient, machine: object) -> bool:
    """Return whether an engine has an image, and for the architecture of that ``machine``."""
    found = source.image(recipe.tag)
    return found is not None and found.get("Architecture") == machine


def _about(client: EngineClient, tags: Sequence[str]) -> int:
    """Return about how many bytes images have together: each layer that they share once."""
    history: Callable[[str], list[Known]] = client.sdk.history
    steps = {
        (step["Created"], step["CreatedBy"]): int(step["Size"])
        for tag in tags
        for step in history(tag)
    }
    return sum(steps.values())


def _docker(
    client: EngineClient,
    said: IO[bytes],
    *words: str,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    environment = client.endpoint.environment()
    try:
        return subprocess.Popen(
            ["docker", *words], env=environment, stdin=stdin, stdout=stdout, stderr=said
        )
    except OSError as error:
        raise ImageUnavailable(
            f"calling docker {words[0]}", f"docker: {error.strerror}", "lab doctor"
        ) from error
