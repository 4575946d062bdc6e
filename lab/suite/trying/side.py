"""One side of a tryout: a file or a folder as somebody has it, and what runs of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.errors import UsageError
from lab.scenario.files import Files
from lab.scenario.languages import ARGUMENTS, language_of
from lab.scenario.made import HEAD, Making, making


@dataclass(frozen=True)
class Side:
    """A program's file in its folder, and the other files that its host gets, by their names."""

    role: str
    home: Path
    file: str
    brought: tuple[str, ...]

    @classmethod
    def of(cls, role: str, path: Path) -> Side:
        """Return what a file or a folder brings; ``role`` is ``server`` or ``client``.

        A folder brings all that is in it. A file brings the modules beside it that it imports, and
        the files beside it that it names. Raises UsageError where there is nothing to run.
        """
        if path.is_dir() and not path.is_symlink():
            home = path.absolute()
            names = sorted(each.name for each in home.iterdir() if each.name[:1] != ".")
            return cls(role, home, _main(role, home), _usable(home, names))
        home = path.parent.absolute()
        files = Files(role, home, frozenset()).of_program(path.name)
        named = sorted({name for content in files.values() for name in _named(content)})
        if language := language_of(path.name, _head(path)):
            named += [each.name for each in home.iterdir() if each.suffix in language.beside]
        return cls(
            role, home, path.name, _usable(home, [each for each in named if each not in files])
        )

    @property
    def sources(self) -> dict[str, bytes]:
        """All its files, by their names; raises ScenarioInvalid where one cannot be had."""
        files = Files(self.role, self.home, frozenset())
        return files.named(self.brought) | files.of_program(self.file)

    @property
    def making(self) -> Making:
        """How its program is made; raises UsageError where no host can run it."""
        return making(self.file, _head(self.home / self.file))

    def default_arguments(self) -> list[str]:
        """Return what a client is called with where nobody says: as many words as it reads.

        They are the name of the server's host and, where it reads a second one, the port.
        """
        text = b"\n".join(self.sources.values()).decode("utf-8", "replace")
        language = self.making.language
        one, two = language.reads if language else ARGUMENTS
        if not re.search(one, text):
            return []
        return ["server", "{port}"] if re.search(two, text) else ["server"]


def _head(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(HEAD)


def _main(role: str, home: Path) -> str:
    """Return the file of a folder that is to be run."""
    names = sorted(each.name for each in home.iterdir() if each.is_file())
    likely = [f"{role}.py", "main.py", "__main__.py", "app.py"]
    found = [name for name in likely if name in names]
    found += [name for name in names if name[:5] == "main." and language_of(name)]
    found += [name for name in names if role in name.lower() and Path(name).suffix != ".md"]
    python = [name for name in names if name.endswith(".py") and name != "__init__.py"]
    if found or len(python) == 1:
        return (found or python)[0]
    raise UsageError(
        f"looking for the {role} in {home}",
        f"it has {', '.join(python) or 'no program'}" + (" and no main program" if python else ""),
        f"name the file: {home / (python[0] if python else f'{role}.py')}",
    )


def _named(content: bytes) -> Iterator[str]:
    """Yield the texts of a source that may name a file: ``open("questions.txt")``."""
    try:
        nodes = list(ast.walk(ast.parse(content)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        quoted = re.findall(
            r"[\"'`]([\w-][\w./ -]{0,100})[\"'`]", content.decode("utf-8", "replace")
        )
        yield from (text.removeprefix("./") for text in quoted)
        return
    for node in nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and re.fullmatch(r"(\./)?[\w-][\w./ -]{0,100}", text):
            yield text.removeprefix("./")


def _usable(home: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Return those of the names that are plain files or folders below a folder."""
    return tuple(name for name in names if _is_usable(home, name))


def _is_usable(home: Path, name: str) -> bool:
    path, root = home / name, home.resolve()
    if name in ("__pycache__", "venv") or ".." in name.split("/") or path.is_symlink():
        return False
    is_inside = path.resolve().is_relative_to(root) and path.resolve() != root
    return is_inside and (path.is_file() or path.is_dir())
