"""What is kept of a run: a folder with its record, its captures and its artifacts."""

from __future__ import annotations

import errno
import json
import re
from functools import partial
from pathlib import Path
from typing import Any

from lab.errors import LabError, NoSpace, UsageError
from lab.observation import artifacts, record
from lab.observation.run import Run
from lab.wire import pcap

RECORD = "observation.json"
STORY = "story.txt"
PAGE = "page.html"
CARD = "card.json"
FILES = "files"
"""The folder with the files that programs left."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def save(folder: Path, run: Run) -> None:
    """Write a run's record, captures and artifacts into ``folder``, instead of an earlier run's.

    The record is written last, so that a folder with one is whole. Raises NoSpace, and UsageError
    where the folder cannot be written to. A run without an observation leaves nothing to keep.
    """
    observation = run.observation
    if observation is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for earlier in (
            *(folder / name for name in (RECORD, STORY, PAGE, CARD)),
            *folder.glob("*.pcap"),
            *folder.glob(f"{FILES}/*"),
        ):
            earlier.unlink(missing_ok=True)
        for host in observation.hosts:
            for name, capture in host.taps.items():
                pcap.write(folder / f"{name}.pcap", capture.packets)
        for name, content in artifacts.artifacts_of(observation).items():
            (folder / FILES).mkdir(exist_ok=True)
            (folder / FILES / name).write_bytes(content)
    except OSError as error:
        raise unwritable(folder, error) from error
    save_record(folder, run)


def save_record(folder: Path, run: Run) -> None:
    """Write a run's record alone: its captures and artifacts are in ``folder`` already."""
    document = json.dumps(record.to_json(run), indent=1)
    put(folder / RECORD, document + "\n")


def put(path: Path, text: str) -> None:
    """Write a file of a run's folder; raises NoSpace, and UsageError where that is not allowed."""
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise unwritable(path.parent, error) from error


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
