"""C and C++ made into binaries, in a container that has nothing but the compiler and the sources.

Whoever wrote the sources may have written for the compiler, too (an include without end): so it has
no network, no capability, little memory and a deadline.
"""

from __future__ import annotations

import contextlib
import io
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath

from lab.errors import CouldNotJudge, UsageError
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images import images
from lab.hosts.docker.packed import packed

COMPILERS = {".c": "gcc", ".cc": "g++", ".cpp": "g++", ".cxx": "g++"}

LABEL = "socketlab.compiler"

DEADLINE = 60
"""Seconds that the compiler may take."""

MOST = 8 << 20
"""Bytes of a binary."""

_FOLDER, _MADE = "/work", "made.out"
_HOST_CONFIG = {
    "NetworkMode": "none",
    "CapDrop": ["ALL"],
    "SecurityOpt": ["no-new-privileges:true"],
    "Memory": 512 << 20,
    "PidsLimit": 64,
}


def compiled(root: Path, files: Mapping[str, bytes], sources: Sequence[str], say: Say) -> bytes:
    """Return the binary that sources make; ``files`` are these and what they include, by name.

    Raises UsageError with what the compiler says, CouldNotJudge where it cannot run.
    """
    with closing(engine.ensure(say)) as client:
        images.ensure(client, root, ["gcc"], say)
        tag = images.recipes(root, ["gcc"])["gcc"].tag
        _sweep(client)
        suffixes = {COMPILERS.get(PurePosixPath(each).suffix, "gcc") for each in sources}
        command = [
            *("timeout", "-s", "KILL", str(DEADLINE), max(suffixes, key=len)),
            *("-O1", "-g", "-pthread", "-o", _MADE),
            *(f"./{each}" for each in sources),
            "-lm",
        ]
        with _container(client, tag, command) as identity:
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


@contextlib.contextmanager
def _container(client: EngineClient, tag: str, command: list[str]) -> Iterator[str]:
    made = client.sdk.create_container(
        tag, command, labels={LABEL: "1"}, network_disabled=True, host_config=_HOST_CONFIG
    )
    identity = str(made["Id"])
    try:
        yield identity
    finally:
        client.remove_container(identity)


def _sweep(client: EngineClient) -> None:
    """Remove what a command that was killed has left."""
    for each in client.containers(LABEL, all=True):
        if each["State"] == "exited":
            with contextlib.suppress(OSError):
                client.remove_container(each["Id"])


def _taken(client: EngineClient, identity: str) -> bytes:
    chunks, _ = client.sdk.get_archive(identity, f"{_FOLDER}/{_MADE}")
    given = bytearray()
    for chunk in chunks:
        given += chunk
        if len(given) > MOST:
            raise CouldNotJudge("compiling", f"the binary is larger than {MOST >> 20} MB")
    with tarfile.open(fileobj=io.BytesIO(given)) as archive:
        member = archive.next()
        content = archive.extractfile(member) if member is not None and member.isreg() else None
        if content is None:
            raise CouldNotJudge("compiling", "the compiler made no binary")
        return content.read()
