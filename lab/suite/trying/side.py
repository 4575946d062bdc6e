"""One side of a tryout: a file or a folder as somebody has it, and what runs of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.errors import UsageError
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compiler import COMPILERS, compiled
from lab.scenario.executable import Executable
from lab.scenario.files import Files
from lab.scenario.program import Program

INTERPRETERS = {".sh": "sh", ".bash": "bash", ".pl": "perl"}
"""What runs a file that is no Python, by its ending; the file's own first line comes before."""

MISSING = (".go", ".java", ".rs", ".js", ".ts", ".rb", ".php", ".lua")
"""Endings of languages that no host has."""

_ELF = b"\x7fELF"

_SHEBANG = re.compile(rb"#! *(?:/usr/bin/env +)?(?:[^ \n]*/)?(sh|bash|dash|perl)\b")


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
        if path.suffix in COMPILERS:
            named = [each.name for each in home.iterdir() if each.suffix in (".h", ".hpp")]
        return cls(
            role, home, path.name, _usable(home, [each for each in named if each not in files])
        )

    @property
    def sources(self) -> dict[str, bytes]:
        """All its files, by their names; raises ScenarioInvalid where one cannot be had."""
        files = Files(self.role, self.home, frozenset())
        return files.named(self.brought) | files.of_program(self.file)

    @property
    def command(self) -> str:
        """The interpreter of a program that is no Python; empty for Python.

        Raises UsageError where no host has one.
        """
        path = self.home / self.file
        shebang = _SHEBANG.match(path.read_bytes()[:100])
        if shebang:
            return shebang[1].decode()
        if path.suffix in MISSING:
            raise UsageError(
                f"running {self.file}",
                f"no host has what a program in {path.suffix} needs",
                "a program in Python, C, C++, sh, bash or Perl, or a binary for Linux",
            )
        return INTERPRETERS.get(path.suffix, "")

    @property
    def compiled_from(self) -> list[str]:
        """The sources that a compiler makes its program of; none where it needs none.

        A file stands for itself. A folder with one main function is compiled whole.
        """
        if Path(self.file).suffix not in COMPILERS:
            return []
        texts = {
            name: text for name, text in self.sources.items() if Path(name).suffix in COMPILERS
        }
        mains = [name for name, text in texts.items() if re.search(rb"\bmain\s*\(", text)]
        return sorted(texts) if mains == [self.file] else [self.file]

    def compiled(self, root: Path, home: Path, say: Say) -> Side:
        """Return the same side with its program compiled, in a copy; raises UsageError."""
        made_of = self.compiled_from
        if not made_of:
            return self
        name = f"{Path(self.file).stem}.out"
        files = {each: text for each, text in self.sources.items() if each not in made_of}
        files[name] = compiled(root, self.sources, made_of, say)
        for each, content in files.items():
            (home / each).parent.mkdir(parents=True, exist_ok=True)
            (home / each).write_bytes(content)
        return Side(self.role, home, name, tuple(each for each in files if each != name))

    def program(self, arguments: Sequence[str], stdin: str | None, *, serves: bool) -> Program:
        """Return the program, called with these arguments."""
        by = self.command
        if by or (self.home / self.file).read_bytes()[:4] == _ELF:
            return Executable(self.file, *arguments, interpreter=by, stdin=stdin, serves=serves)
        return Program(self.file, *arguments, stdin=stdin, serves=serves)

    def default_arguments(self) -> list[str]:
        """Return what a client is called with where nobody says: as many words as it reads.

        They are the name of the server's host and, where it reads a second one, the port.
        """
        text = b"\n".join(self.sources.values()).decode("utf-8", "replace")
        if not re.search(r"\bargv\b|argparse|\$1|@ARGV|\bclick\b", text):
            return []
        return ["server", "{port}"] if re.search(r"argv\[2\]|\$2|ARGV\[1\]", text) else ["server"]


def _main(role: str, home: Path) -> str:
    """Return the file of a folder that is to be run."""
    names = sorted(each.name for each in home.iterdir() if each.is_file())
    likely = [f"{role}.py", "main.py", "__main__.py", "app.py"]
    found = [name for name in likely if name in names]
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
