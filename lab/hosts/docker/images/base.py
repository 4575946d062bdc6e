"""The image below all others: Debian, pulled, or made on this machine where it cannot be."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from lab.clone import kit
from lab.errors import ImageUnavailable
from lab.hosts.docker import apt
from lab.hosts.docker.apt import Say
from lab.hosts.docker.engine import engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.endpoint import Endpoint

TAG = "socketlab/base:bookworm"
PUBLIC = "debian:bookworm-slim"
SUITE = "bookworm"

SILENCE = 15
"""Seconds without progress after which a pull is given up."""

DEADLINE = 900.0
"""Seconds that making the base may take."""

WITHOUT_ROOT = (
    "as root: apt-get install uidmap, with which the base is made without root; or docker pull"
    f" {PUBLIC} where there is a network"
)

ATTEMPT = f"getting the base image, {PUBLIC}"


def ensure(client: EngineClient, root: Path, say: Say) -> str:
    """Pull or make the base image where it is missing, and return its name.

    Raises ImageUnavailable.
    """
    if client.has_image(TAG):
        return TAG
    if not client.has_image(PUBLIC):
        say(f"pulling {PUBLIC}")
        refused = _pull(client.endpoint)
        if refused:
            say(f"it cannot be pulled ({refused}): making it from this machine's Debian mirror")
            _make(client, root, refused, say)
            return TAG
    repository, _, version = TAG.partition(":")
    client.tag_image(PUBLIC, repository, version)
    return TAG


def can_be_made() -> bool:
    """Return whether this machine can make the base: with mmdebstrap, for which root is needed.

    Root may also be an ordinary user's own, in a namespace (newuidmap, of the package uidmap).
    """
    may = os.geteuid() == 0 or shutil.which("newuidmap") is not None
    return apt.can_install() or (may and shutil.which("mmdebstrap") is not None)


def source(client: EngineClient) -> str | None:
    """Return, as a clause, which base image is there; None if it would be pulled."""
    if client.has_image(TAG):
        return f"{TAG} is there"
    return f"{PUBLIC} is there" if client.has_image(PUBLIC) else None


def _pull(where: Endpoint) -> str | None:
    """Pull the public image; return why that did not work, in one line."""
    name, _, version = PUBLIC.partition(":")
    impatient = engine.connect(where)
    impatient.sdk.timeout = SILENCE
    try:
        for event in impatient.sdk.pull(name, tag=version, stream=True, decode=True):
            if "error" in event:
                return _short(event["error"])
    except Exception as error:  # the SDK lets through whatever its transport raises
        return _short(str(error))
    finally:
        impatient.close()
    return None


def _short(text: str) -> str:
    if "timed out" in text.lower():
        return f"no answer for {SILENCE} s"
    return text.strip().rstrip('")').rpartition(": ")[2][:100]


def _make(client: EngineClient, root: Path, refused: str, say: Say) -> None:
    """Make a minimal Debian with this machine's own mirror, and hand it to the engine."""
    if shutil.which("mmdebstrap") is None:
        if not apt.can_install():
            raise ImageUnavailable(
                ATTEMPT,
                f"it cannot be pulled ({refused}), and this machine cannot make it without"
                " mmdebstrap",
                f"docker pull {PUBLIC} where there is a network (docker save and docker load"
                " carry it over), or install mmdebstrap on a Debian machine",
            )
        wrong = apt.install(
            ["mmdebstrap", "debian-archive-keyring"], "the base has to be made here", say
        )
        if wrong:
            raise ImageUnavailable(ATTEMPT, wrong, "apt-get update, then again")
    # Without a name, it is gone with the lab, however that ends.
    with tempfile.TemporaryFile() as archive:
        complaint = _bootstrap(root, archive)
        if complaint and apt.can_install():
            # A fresh system has no lists of packages before its first update.
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
            complaint = _bootstrap(root, archive)
        if complaint:
            raise ImageUnavailable(
                ATTEMPT,
                f"it cannot be pulled ({refused}), nor made here: {complaint}",
                WITHOUT_ROOT
                if "unable to pick chroot mode" in complaint
                else f"docker pull {PUBLIC} where there is a network, then again",
            )
        say("handing the base to the engine")
        name = f"/proc/self/fd/{archive.fileno()}"
        told = client.sdk.import_image(src=name, changes=['CMD ["bash"]'])
        # Podman 4 gives an import no name but its own: so the name is given afterwards.
        repository, _, version = TAG.partition(":")
        client.tag_image(imported(told), repository, version)


def imported(told: str) -> str:
    """Return the id of the image that an import made, from all that the engine told of it.

    Raises ImageUnavailable with what it told, where there is none.
    """
    ids = re.findall(r"\b(?:sha256:)?[0-9a-f]{64}\b", told)
    if not ids:
        raise ImageUnavailable("handing the base to the engine", told.strip()[-500:], "lab doctor")
    return str(ids[-1])


def _bootstrap(root: Path, archive: IO[bytes]) -> str | None:
    """Write a minimal Debian into ``archive``; return the end of the complaint if that fails."""
    archive.seek(0)
    archive.truncate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            [str(kit(root) / "base" / "make-base"), SUITE],
            stdin=subprocess.DEVNULL,
            stdout=archive,
            stderr=subprocess.PIPE,
            text=True,
            timeout=DEADLINE,
            check=False,
            umask=0o022,  # the user's own may shut others out of the whole image
        )
        if done.returncode == 0:
            return None
        return "\n".join(done.stderr.strip().splitlines()[-3:]) or f"status {done.returncode}"
    return f"not done after {DEADLINE:g} s"
