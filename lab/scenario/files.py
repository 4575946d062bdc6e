"""The files of a folder that hosts may have, and of these the ones that a program needs."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from lab.errors import ScenarioInvalid
from lab.scenario.replacing import changed
from lab.scenario.wheels import unpacked

TEACHERS = frozenset({"scenario.py", "breaks.py", "README.md"})
"""The teacher's side of a scenario's folder, which no host ever gets."""

MOST = 8 << 20
"""The most bytes that a host gets."""


def files_of(folder: Path) -> dict[str, bytes]:
    """Return all files of a scenario's folder that its hosts may have.

    Raises ScenarioInvalid where they are larger than a lesson can be.
    """
    return _below(folder, folder, TEACHERS)


def is_plain(path: Path) -> bool:
    """Whether a path is that of a file, small enough to be read: no link, pipe or device."""
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST


class Files:
    """The files of one folder that a host may have; each is read when it is needed.

    ``hidden`` names those that it never gets. ``replaced`` gives other contents by name. In all of
    them the names in ``swapped`` are replaced by others. What lies in the folder ``wheels`` is
    unpacked beside them.
    """

    def __init__(
        self,
        host: str,
        folder: Path,
        hidden: frozenset[str] = TEACHERS,
        replaced: Mapping[str, bytes] | None = None,
        swapped: Mapping[str, str] | None = None,
        wheels: str = "",
    ) -> None:
        self._host = host
        self._folder = folder
        self._hidden = hidden
        self._replaced = replaced or {}
        self._swapped = swapped or {}
        self._wheels = wheels

    def of_program(self, file: str) -> dict[str, bytes]:
        """Return a program's file, and the modules beside it that it imports, and what these do.

        A package comes whole. Raises ScenarioInvalid, with the name, where the file cannot be a
        program's: it is missing, a link, a pipe, or the teacher's.
        """
        first = PurePosixPath(file)
        found: dict[str, bytes] = {}
        wanted = [str(first)]
        while wanted:
            name = wanted.pop()
            if name in found:
                continue
            content = found[name] = self._read(name, "run")
            if name.endswith(".py"):
                wanted += self._imported(name, content, first.parent)
        return found

    def named(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return files by name, and of folders all files below, and what is in the wheels.

        Raises ScenarioInvalid.
        """
        found = self._packages()
        for name in names:
            folder = self._folder / name
            if folder.is_dir() and not _reason(self._folder, name, folder=True):
                below = _below(folder, self._folder, self._hidden)
                given = {each: self._replaced.get(each, below[each]) for each in below}
                found |= {each: changed(text, self._swapped) for each, text in given.items()}
            else:
                found[str(PurePosixPath(name))] = self._read(name, "have")
        return found

    def beside(self, file: str, endings: Collection[str]) -> dict[str, bytes]:
        """Return the files in the folder of a file that have one of these endings."""
        folder = PurePosixPath(file).parent
        names = [
            str(folder / path.name)
            for path in sorted((self._folder / folder).iterdir())
            if path.suffix in endings
        ]
        found = [
            name for name in names if name not in self._hidden and not _reason(self._folder, name)
        ]
        return {name: self._read(name, "have") for name in found}

    def _packages(self) -> dict[str, bytes]:
        if not self._wheels:
            return {}
        attempted = f"reading the wheels of {self._folder.name}"
        if wrong := _reason(self._folder, self._wheels, folder=True):
            raise ScenarioInvalid(attempted, wrong, f"put them into {self._folder / self._wheels}")
        found = unpacked(self._folder / self._wheels)
        if (size := sum(map(len, found.values()))) > MOST:
            seen = f"they are {size >> 20} MB unpacked, and at most {MOST >> 20} MB are allowed"
            raise ScenarioInvalid(attempted, seen, "take a smaller package")
        return found

    def _read(self, name: str, what: str) -> bytes:
        name = str(PurePosixPath(name))
        wrong = _reason(self._folder, name)
        if name in self._hidden:
            wrong = "it is the teacher's"
        if wrong:
            raise ScenarioInvalid(
                f"reading the files of {self._folder.name}",
                f"host {self._host} is to {what} {name}, and {wrong}",
                f"write {self._folder / name}, or correct its name",
            )
        content = self._replaced.get(name)
        if content is None:
            content = _contents(self._folder, [name])[name]
        return changed(content, self._swapped)

    def _imported(self, name: str, content: bytes, base: PurePosixPath) -> Iterator[str]:
        """Yield the files beside the program that a module of its imports."""
        for module in _modules(content):
            beside, package = str(base / f"{module}.py"), str(base / module)
            if beside == name and module in sys.stdlib_module_names:
                raise ScenarioInvalid(
                    f"reading {self._folder / name}",
                    f"it imports {module}, and Python takes the file itself for that module",
                    f"give {name} another name",
                )
            if beside not in self._hidden and not _reason(self._folder, beside):
                yield beside
            init = not _reason(self._folder, f"{package}/__init__.py")
            is_folder = not _reason(self._folder, package, folder=True)
            if init or (is_folder and module not in sys.stdlib_module_names):
                yield from _below(self._folder / package, self._folder, self._hidden)


def _modules(content: bytes) -> Iterator[str]:
    """Yield the outermost names of the modules that a source imports; none where it is no source.

    Imports within a package are left out, since a package comes whole.
    """
    try:
        nodes = list(ast.walk(ast.parse(content)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # Python will say so on the host.
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _below(folder: Path, root: Path, hidden: frozenset[str]) -> dict[str, bytes]:
    """Return the plain files below a folder, by their names from ``root``."""
    names = (path.relative_to(root).as_posix() for path in sorted(folder.rglob("*")))
    return _contents(
        root,
        [
            name
            for name in names
            if name not in hidden
            and not any(part == "__pycache__" or part[:1] == "." for part in name.split("/"))
            and not _reason(root, name)
        ],
    )


def _reason(root: Path, name: str, *, folder: bool = False) -> str:
    """Return why a name is not that of a plain file (or folder) below ``root``; empty if it is."""
    path = root
    for part in PurePosixPath(name).parts:
        if part in ("..", "/"):
            return "it is outside the folder"
        path /= part
        if path.is_symlink():
            return f"{path.relative_to(root)} is a link"
    if not path.exists():
        return "the folder has no such file"
    if not (path.is_dir() if folder else path.is_file()):
        return "it is no plain file"
    return ""


def _contents(root: Path, names: list[str]) -> dict[str, bytes]:
    """Read files, where they are small enough together for a lesson."""
    size = sum((root / name).stat().st_size for name in names)
    if size > MOST:
        raise ScenarioInvalid(
            f"reading the files of {root.name}",
            f"they are {size >> 20} MB, and at most {MOST >> 20} MB are allowed",
            "make large files in the program that needs them",
        )
    return {name: (root / name).read_bytes() for name in names}
