"""What is kept of a run: a folder with its record, its captures and its artifacts."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lab.errors import LabError, NoSpace, UsageError, refuse_link
from lab.observation import artifacts, record
from lab.observation.run import Run
from lab.wire import pcap

RECORD = "observation.json"
STORY = "story.txt"
PAGE = "page.html"
CARD = "card.json"
TAPS = "run.pcapng"
"""The captures of all taps in one file, with names and comments; the lab does not read it."""

FILES = "files"
"""The folder with the files that programs left."""

_PART = ".socketlab-part-"
"""How the name of a file begins that is being written."""

_STALE = 60.0
"""Seconds after which nobody writes to such a file any more."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def save(folder: Path, run: Run) -> None:
    """Write a run's record, captures and artifacts into ``folder``, instead of an earlier run's.

    Of what is there, only what the earlier run's record names is removed, and no link is followed.
    The record is written last, so that a folder with one is whole. Raises NoSpace, and UsageError
    where the folder cannot be written to. A run without an observation leaves nothing to keep.
    """
    observation = run.observation
    if observation is None:
        return
    files = folder / FILES
    try:
        folder.mkdir(parents=True, exist_ok=True)
        refuse_link(files)
        # The record first: without it, nobody takes what is left for a run.
        for earlier in sorted(named_in(folder), key=lambda name: name != RECORD):
            (folder / earlier).unlink(missing_ok=True)
        _sweep(folder)
        for host in observation.hosts:
            for name, capture in host.taps.items():
                with _whole(folder / f"{name}.pcap") as path:
                    pcap.write(path, capture.packets)
        for name, content in artifacts.artifacts_of(observation).items():
            files.mkdir(exist_ok=True)
            with _whole(files / name) as path:
                path.write_bytes(content)
    except OSError as error:
        raise unwritable(folder, error) from error
    save_record(folder, run)


def named_in(folder: Path) -> set[str]:
    """Return the files that the record in a folder names as a run's; none without a record."""
    found: set[str] = set()
    with contextlib.suppress(UsageError, KeyError, TypeError, AttributeError, ValueError):
        document = _document(folder / RECORD)
        if isinstance(document["schema"], int):
            found |= {RECORD, STORY, PAGE, CARD, TAPS}
        for host in document["hosts"]:
            taps = [host["name"], *(f"{host['name']}-{name}" for name in host["further"])]
            found |= {f"{_checked(name, folder, 'a capture')}.pcap" for name in taps}
            for number, transcript in enumerate(host["transcripts"], start=1):
                names = (
                    artifacts.name_of(host["name"], number, each) for each in transcript["files"]
                )
                found |= {f"{FILES}/{_checked(name, folder, 'a file')}" for name in names}
    return found


def check_own(folder: Path, hosts: Iterable[str]) -> None:
    """Refuse a folder that is to hold a run of these hosts and has files of somebody else's there.

    Raises UsageError, which names them.
    """
    wanted = {RECORD, STORY, PAGE, TAPS, *(f"{host}.pcap" for host in hosts)}
    foreign = sorted(name for name in wanted - named_in(folder) if os.path.lexists(folder / name))
    if foreign:
        raise UsageError(
            f"keeping a run in {folder}",
            f"{', '.join(foreign)} would be overwritten, and no earlier run has left that",
            "name an empty folder, or one that an earlier run is kept in",
        )


def save_record(folder: Path, run: Run) -> None:
    """Write a run's record alone: its captures and artifacts are in ``folder`` already."""
    document = json.dumps(record.to_json(run), indent=1)
    put(folder / RECORD, document + "\n")


def put(path: Path, content: str | bytes) -> None:
    """Write a file of a run's folder; raises NoSpace, and UsageError where that is not allowed.

    Whoever reads it meanwhile sees what was there before.
    """
    try:
        with _whole(path) as part:
            if isinstance(content, str):
                content = content.encode(errors="backslashreplace")
            part.write_bytes(content)
    except OSError as error:
        raise unwritable(path.parent, error) from error


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a name to write to, which becomes the file at ``path`` (or replaces a link) in one step.

    What is written so has the rights that the user's umask gives.
    """
    part = path.with_name(f"{_PART}{os.getpid()}-{threading.get_ident()}-{path.name}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what was being written where a command was killed."""
    for part in (*folder.glob(f"{_PART}*"), *folder.glob(f"{FILES}/{_PART}*")):
        if time.time() - part.lstat().st_mtime > _STALE:
            part.unlink(missing_ok=True)


def load(folder: Path) -> Run:
    """Return the run that ``folder`` keeps, with its verdicts.

    Raises UsageError where there is no record or it is broken, CaptureUnreadable where a capture
    is missing or broken.
    """
    return record.from_json(
        _document(folder / RECORD),
        lambda name: pcap.read(folder / f"{_checked(name, folder, 'a capture')}.pcap"),
        partial(_content, folder),
    )


def _checked(name: str, folder: Path, kind: str) -> str:
    """Return a file's name that a record gives, where it leads nowhere else."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"reading {folder / RECORD}", f"{name!r} is no name of {kind}", "run it again"
        )
    return name


def _content(folder: Path, name: str) -> bytes:
    path = folder / FILES / _checked(name, folder, "a file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"reading {path}", error.strerror or str(error), "run the scenario again"
        ) from error


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        seen = "there is no such file" if path.parent.is_dir() else "there is no such folder"
    except OSError as error:
        seen = error.strerror or str(error)
    except (ValueError, RecursionError) as error:
        size = path.stat().st_size
        seen = f"it is not JSON: {error}" if size else "the file is empty"
    raise UsageError(f"reading {path}", seen, "run the scenario again: lab run SCENARIO")


def unwritable(folder: Path, error: OSError) -> LabError:
    """Return the error that explains why results could not be written."""
    attempted = f"writing the results to {folder}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(attempted, "the disk is full", "make room there, then run it again")
    seen = f"{error.strerror or error} ({error.filename or folder})"
    return UsageError(attempted, seen, "give a folder that you may write to")
