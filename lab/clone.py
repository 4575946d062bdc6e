"""Where the lab's own files are: the clone with compose.yaml, its scenarios, its results."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.errors import CouldNotJudge, UnknownName, UsageError, refuse_link


@dataclass(frozen=True)
class Clone:
    """A clone of the lab: the folder that holds ``compose.yaml``."""

    root: Path

    @property
    def scenarios(self) -> Path:
        """The folder of scenario folders."""
        return self.root / "scenarios"

    @property
    def out(self) -> Path:
        """The folder that results go to."""
        return self.root / "out"

    def results(self, scenario: str, family: str = "") -> Path:
        """Return the folder for the results of one run.

        Raises UnknownName for a name that leads elsewhere, UsageError where a link stands there.
        """
        if scenario in (".", "..") or "/" in scenario:
            raise UnknownName(
                f"looking for a run of {scenario}", "that is no scenario's name", "lab list"
            )
        folder = self.out / scenario
        for place in (folder, folder / family):
            refuse_link(place)
        return folder / family


def kit(root: Path) -> Path:
    """Return the folder of what hosts are made of: hosts.yaml, and a folder an image.

    A clone has its own; the folder of a course has that of the installed package.
    """
    package = Path(__file__).resolve().parent
    places = (root / "images", package / "kit", package.parent / "images")
    return next((each for each in places if (each / "hosts.yaml").is_file()), places[-1])


def here() -> Clone:
    """Return the clone around the working folder, else the one that this package runs from.

    The environment variable ``SOCKETLAB_ROOT`` names one outright. Raises UnknownName, and
    CouldNotJudge where the working folder is gone.
    """
    named = os.environ.get("SOCKETLAB_ROOT")
    try:
        start = Path(named).absolute() if named else Path.cwd()
    except FileNotFoundError:
        raise CouldNotJudge(
            "looking for the lab's folder", "the working folder is gone", "cd into the clone"
        ) from None
    found = _around(start) or _around(Path(__file__).resolve().parent.parent, above=False)
    if found:
        return _checked(found)
    raise UnknownName(
        "looking for the lab's folder",
        f"neither {start} nor a folder above it has compose.yaml and scenarios/",
        "cd into a clone or a course, or set SOCKETLAB_ROOT; lab init my-course begins one",
    )


def is_path(word: str) -> bool:
    """Return whether a word of a command line says where a scenario is, instead of its name."""
    return os.sep in word or word in (os.curdir, os.pardir)


def of(words: Iterable[str]) -> Clone:
    """Return the clone or course that words are about: the one that their paths lie in.

    It is :func:`here` where no word is a path, for paths that lie in none, and where
    ``SOCKETLAB_ROOT`` names one. Raises UsageError for paths in several, and as ``here``.
    """
    paths = [] if os.environ.get("SOCKETLAB_ROOT") else [each for each in words if is_path(each)]
    found = {each: _around(Path(each).resolve()) for each in paths}
    roots = dict.fromkeys(found.values())
    if len(roots) > 1:
        places = "; ".join(f"{each} is in {root or 'none'}" for each, root in found.items())
        raise UsageError(
            f"choosing the hosts for {' and '.join(paths)}",
            f"they lie in several courses: {places}",
            "one command for each course; or SOCKETLAB_ROOT=COURSE names the hosts for all",
        )
    root = next(iter(roots), None)
    return _checked(root) if root else here()


def _checked(root: Path) -> Clone:
    """Return a clone or course; raises UsageError where it is for another version of the lab.

    ``requires-socketlab`` below ``[tool.socketlab]`` of its ``pyproject.toml`` says which: a
    version specifier, https://packaging.python.org/specifications/version-specifiers/.
    """
    file = root / "pyproject.toml"
    text = file.read_bytes() if file.is_file() else b""
    if b"requires-socketlab" not in text:
        return Clone(root)
    import tomllib  # noqa: PLC0415 - few courses say so, and these three are slow to load
    from importlib.metadata import version  # noqa: PLC0415

    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415

    try:
        wanted = tomllib.loads(text.decode()).get("tool", {}).get("socketlab", {})
        needed = SpecifierSet(wanted.get("requires-socketlab", ""))
    except (InvalidSpecifier, ValueError, TypeError, AttributeError) as error:
        raise UsageError(
            f"reading which lab {file} requires", str(error), 'requires-socketlab = ">=0.2,<1"'
        ) from None
    own = version("socketlab")
    if not needed.contains(own, prereleases=True):
        raise UsageError(
            f"using the course {root}",
            f"it requires socketlab {needed}, and this is {own}",
            f"pip install 'socketlab{needed}'; CHANGELOG.md says what has changed since",
        )
    return Clone(root)


def _around(start: Path, *, above: bool = True) -> Path | None:
    """Return the folder, it or one above it, that has what makes a clone or a course."""
    for folder in (start, *(start.parents if above else ())):
        if (folder / "compose.yaml").is_file() and (folder / "scenarios").is_dir():
            return folder
    return None


def text_of(path: Path) -> str:
    """Return the text of a file; raises CouldNotJudge where it is not UTF-8, and OSError."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CouldNotJudge(
            f"reading {path}",
            f"it is not UTF-8: line {line} has the byte {content[error.start]:#04x}",
            f"an editor can save it as UTF-8, or: iconv -f latin1 -t utf-8 {path.name}",
        ) from None
