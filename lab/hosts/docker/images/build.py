"""Make one image from its folder with the engine's builder, and report its steps."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lab.errors import ImageUnavailable, NoSpace
from lab.hosts.docker import labels
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images.context import archive

STEP = re.compile(r"(?:Step|STEP) (\d+/\d+) ?: ((?:RUN|COPY) .*)")
"""What Docker says of a step of a build; Podman says it in capitals."""

_MIRROR = re.compile(
    r"failed to fetch|unable to locate|temporary failure|could not (connect|resolve)"
    r"|no route|connection (failed|timed out|refused)|non-zero code: 100",
    re.IGNORECASE,
)
"""What a build says where packages cannot be had: apt-get's words, and its exit status."""


def build(
    client: EngineClient,
    folder: Path,
    tag: str,
    arguments: Mapping[str, str],
    digest: str,
    say: Say,
) -> None:
    """Make an image under a full name, with these build arguments.

    Raises ImageUnavailable or NoSpace.
    """
    name = folder.name
    say(f"making image {name}")
    begun = time.monotonic()
    log: list[str] = []
    try:
        # The builder uses the network of the engine's machine: so that machine's mirror, name
        # server and proxy work in the image's steps as they do outside.
        events = client.sdk.build(
            fileobj=io.BytesIO(archive(folder)),
            custom_context=True,
            tag=tag,
            buildargs={**arguments, **proxies()},
            labels={labels.DIGEST: digest},
            network_mode="host",
            rm=True,
            forcerm=True,
            decode=True,
        )
        for line in _lines(events):
            log.append(line)
            if step := STEP.match(line):
                say(f"  {name} {step[1]} {_short(step[2])}")
    except Exception as error:  # the SDK lets through whatever its transport raises
        seen = "\n".join([*log[-6:], str(error)])
        if "no space left" in seen.lower():
            raise NoSpace(
                f"making image {tag}", "the engine's disk is full", "docker system df"
            ) from error
        raise ImageUnavailable(
            f"making image {tag} from images/{name}",
            seen,
            advice(seen),
        ) from error
    say(f"made image {name} in {time.monotonic() - begun:.0f} s")


def advice(seen: str) -> str:
    """Say what to do about a build that said this at its end."""
    if _MIRROR.search(seen):
        return "make lab again, once the Debian mirror that this machine uses can be reached"
    return "lab doctor; the engine's own log says why it refuses"


def _short(step: str) -> str:
    words = " ".join(step.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def _lines(events: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of a build; raises RuntimeError with its error at the end.

    Only a stream that is read to its end gives its connection back.
    """
    error = ""
    for event in events:
        error = event.get("error", "").strip() or error
        yield from filter(None, event.get("stream", "").splitlines())
    if error:
        raise RuntimeError(error)


def proxies() -> dict[str, str]:
    """Return this machine's proxy settings, for the steps of a build."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    found = {
        name: value
        for name in names
        if (value := os.environ.get(name) or os.environ.get(name.upper()))
    }
    if "http_proxy" not in found and shutil.which("apt-config"):
        asked = subprocess.run(
            ["apt-config", "shell", "proxy", "Acquire::http::Proxy"],
            capture_output=True,
            text=True,
            check=False,
        )
        value = asked.stdout.strip().removeprefix("proxy=").strip("'\"")
        if value and value != "DIRECT":
            found["http_proxy"] = value
    return found
