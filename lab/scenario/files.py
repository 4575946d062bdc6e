"""The files of a scenario's folder that its hosts get."""

from __future__ import annotations

from pathlib import Path

from lab.errors import ScenarioInvalid


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what of a scenario's folder its hosts get: everything but the teacher's side.

    Raises ScenarioInvalid where it is larger than a lesson can be.
    """
    hidden = {"scenario.py", "breaks.py", "README.md"}
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name not in hidden
        and not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
    ]
    size = sum(path.stat().st_size for path in paths)
    if size > 8 << 20:
        raise ScenarioInvalid(
            f"reading the files of {folder.name}",
            f"they are {size >> 20} MB, and at most 8 MB are allowed",
            "make large files in the program that needs them",
        )
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
