"""Sources made into a program, in a container that has nothing but the compiler and the sources.

Whoever wrote the sources may have written for the compiler, too (an include without end): so it has
no network, no capability, little memory and a deadline. Each image of a compiler has the command
``compile``, which makes one file of the sources that it is given.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from lab.errors import CouldNotJudge, UsageError
from lab.hosts.docker.apt import Say
from lab.hosts.docker.aside import container
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.docker.images import images
from lab.hosts.docker.packed import packed

DEADLINE = 60
"""Seconds that the compiler may take."""

MOST = 8 << 20
"""Bytes of what it makes."""

_FOLDER, _MADE = "/work", "made.out"


def compiled(
    where: Endpoint,
    root: Path,
    image: str,
    files: Mapping[str, bytes],
    sources: Sequence[str],
    say: Say,
) -> bytes:
    """Return what the compiler of an image makes of sources, on the engine at ``where``.

    ``files`` are these and what they include, by name. Raises UsageError with what the compiler
    says, CouldNotJudge where it cannot run.
    """
    with closing(engine.ensure(say, where)) as client:
        tag = images.ensure(client, root, [image], say)[image].tag
        names = [f"./{each}" for each in sources]
        command = ["timeout", "-s", "KILL", str(DEADLINE), "compile", *names]
        with container(client, tag, command) as identity:
            client.sdk.put_archive(identity, _FOLDER, packed(files))
            client.sdk.start(identity)
            status = int(client.sdk.wait(identity, timeout=DEADLINE + 30)["StatusCode"])
            if status:
                said = client.sdk.logs(identity, tail=12).decode("utf-8", "replace").strip()
                raise UsageError(
                    f"compiling {' '.join(sources)}",
                    said or f"the compiler ended with status {status}",
                    "correct the source",
                )
            return _taken(client, identity)


def _taken(client: EngineClient, identity: str) -> bytes:
    chunks, _ = client.sdk.get_archive(identity, f"{_FOLDER}/{_MADE}")
    given = bytearray()
    for chunk in chunks:
        given += chunk
        if len(given) > MOST:
            raise CouldNotJudge("compiling", f"the program is larger than {MOST >> 20} MB")
    with tarfile.open(fileobj=io.BytesIO(given)) as archive:
        member = archive.next()
        content = archive.extractfile(member) if member is not None and member.isreg() else None
        if content is None:
            raise CouldNotJudge("compiling", "the compiler made no program")
        return content.read()
