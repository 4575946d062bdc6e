"""The scenarios there are: folders with a ``scenario.py``, found, imported and checked."""

from __future__ import annotations

import difflib
import importlib.util
import shlex
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from lab.clone import is_path
from lab.errors import ScenarioInvalid, UnknownName, UsageError
from lab.scenario import keywords
from lab.scenario.importing import Source, refuse_package
from lab.scenario.no_exit import no_exit
from lab.scenario.scenario import Scenario

FILE = "scenario.py"


def folders(root: Path) -> list[Path]:
    """Return the scenario folders below ``root``, by name."""
    return sorted(path.parent for path in root.glob(f"*/{FILE}"))


def find(root: Path, name: str) -> Path:
    """Return the folder of that name, or at that path, wherever it is.

    Raises UnknownName, with the nearest that exist, and UsageError for a folder elsewhere that has
    the name of one below ``root``: results are kept by name.
    """
    if is_path(name):
        return _at(root, Path(name).resolve())
    known = {folder.name: folder for folder in folders(root)}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    raise UnknownName(
        f"looking for scenario {name!r}",
        f"{root.name}/ has no such folder with a {FILE}",
        f"did you mean {' or '.join(near)}?" if near else "lab list",
    )


def _at(root: Path, path: Path) -> Path:
    folder = path.parent if path.name == FILE else path
    if not (folder / FILE).is_file():
        raise UnknownName(
            f"looking for a scenario at {path}",
            f"it has no {FILE}" if path.is_dir() else "there is no such folder",
            "lab new NAME begins one",
        )
    same = root / folder.name
    if (same / FILE).is_file() and same.resolve() != folder:
        raise UsageError(
            f"using the scenario at {folder}",
            f"{same} has the same name, by which results are kept",
            f"mv {folder} {folder.with_name(f'my_{folder.name}')}",
        )
    return folder


def load(folder: Path) -> Scenario:
    """Import a folder's ``scenario.py`` and return its scenario; raises ScenarioInvalid."""
    return scenario_in(module_of(folder / FILE), folder)


def module_of(path: Path) -> ModuleType:
    """Import a file of a scenario's folder as a module of its own; raises ScenarioInvalid."""
    name = f"socketlab_{path.parent.name}_{path.stem}"
    refuse_package(path.parent)
    spec = importlib.util.spec_from_file_location(name, path, loader=Source(name, str(path)))
    if spec is None or spec.loader is None or not path.is_file():
        raise ScenarioInvalid(f"reading {path}", "there is no such file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with no_exit():
            spec.loader.exec_module(module)
    except ScenarioInvalid as error:
        seen = f"{_place(error, path)}{error.attempted}: {error.seen}"
        raise ScenarioInvalid(f"importing {path}", seen, error.advice) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a teacher's file can fail in any way, or skip itself
        unknown = keywords.unknown(error)
        raise ScenarioInvalid(
            f"importing {path}",
            explained(error, path),
            unknown.advice if unknown else f"correct the file; {_with_python(path)} shows more",
        ) from error
    return module


def scenario_in(module: ModuleType, folder: Path) -> Scenario:
    """Return the scenario that a module defines, knowing its folder."""
    found = getattr(module, "scenario", None)
    if not isinstance(found, Scenario):
        seen = "it defines no `scenario`" if found is None else "its `scenario` is no Scenario"
        raise ScenarioInvalid(
            f"reading {folder / FILE}", seen, 'scenario = Scenario(client=Program("client.py"))'
        )
    summary = (module.__doc__ or "").strip().partition("\n")[0]
    return found.placed(folder, summary)


def expectations(module: ModuleType) -> list[str]:
    """Return the names of a module's expectation functions, in their order."""
    return [
        name for name, value in vars(module).items() if name.startswith("test_") and callable(value)
    ]


def select(root: Path, wanted: Iterable[str]) -> list[Scenario]:
    """Return the scenarios that the words name: folder names, paths, ``part:B``, ``lecture:8``.

    No word selects all; a path of a folder of scenarios, or of a course, all of them. Raises
    UnknownName for a word that selects nothing, UsageError for two scenarios of one name.
    """
    words = list(wanted)
    if not words:
        return [load(folder) for folder in folders(root)]
    chosen: dict[str, Scenario] = {}
    for word in words:
        for scenario in _selected(root, word):
            same = chosen.setdefault(scenario.name, scenario)
            if not same.folder.samefile(scenario.folder):
                raise UsageError(
                    f"selecting {scenario.folder}",
                    f"{same.folder} has the same name, by which results are kept",
                    "one command for each of them",
                )
    return list(chosen.values())


def _selected(root: Path, word: str) -> list[Scenario]:
    kind, colon, value = word.partition(":")
    if is_path(word):
        below = [each for each in (Path(word), Path(word, "scenarios")) if folders(each)]
        inside = [] if Path(word, FILE).is_file() or not below else folders(below[0])
        return [load(find(root, str(each.resolve()))) for each in inside or [Path(word)]]
    if not colon:
        return [load(find(root, word))]
    everything = [load(folder) for folder in folders(root)]
    if kind == "part":
        found = [one for one in everything if one.part.upper() == value.upper()]
        known = sorted({one.part for one in everything if one.part})
    elif kind == "lecture":
        found = [one for one in everything if value in map(str, one.lectures)]
        known = sorted({str(number) for one in everything for number in one.lectures})
    else:
        raise UnknownName(
            f"selecting {word!r}", f"there is no kind {kind!r}", "part:B or lecture:8 or a name"
        )
    if not found:
        raise UnknownName(
            f"selecting {word!r}", "no scenario has it", f"{kind}: one of {', '.join(known)}"
        )
    return found


def explained(error: BaseException, path: Path) -> str:
    """Return an exception as one sentence with the file and line that it comes from."""
    if isinstance(error, SyntaxError):
        return f"{Path(error.filename or path).name}, line {error.lineno}: {error.msg}"
    unknown = keywords.unknown(error)
    said = unknown.seen if unknown else f"{type(error).__name__}: {error}"
    return f"{_place(error, path)}{said}"


def failed_step(error: AssertionError, path: Path) -> str:
    """Return as one sentence which step did not hold, or waited in vain, and for what."""
    said = str(error).strip().partition("\n")[0] or "it does not hold"
    frames = _frames(error, path)
    return f"{path.name}, line {frames[-1].lineno}, {frames[-1].line}: {said}" if frames else said


def _place(error: BaseException, path: Path) -> str:
    """Return where in a file an exception was raised, as the beginning of a sentence."""
    frames = _frames(error, path)
    return f"{path.name}, line {frames[-1].lineno}: " if frames else ""


def _with_python(path: Path) -> str:
    """Return how a file is run by the Python that has the lab: not every ``python3`` has it."""
    words = (Path(sys.executable), path)
    return shlex.join(
        str(each.relative_to(Path.cwd()) if each.is_relative_to(Path.cwd()) else each)
        for each in words
    )


def _frames(error: BaseException, path: Path) -> list[traceback.FrameSummary]:
    return [
        each for each in traceback.extract_tb(error.__traceback__) if each.filename == str(path)
    ]
