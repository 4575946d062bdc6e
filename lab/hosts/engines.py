"""The engines that labs are spread over: which these are, and whether each is there now."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from lab.errors import EngineUnavailable, LabError, UsageError
from lab.hosts.background import side_by_side
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose import labs
from lab.hosts.docker.compose.identity import LABS
from lab.hosts.docker.engine import endpoint, engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.endpoint import Endpoint


class EngineLeft(EngineUnavailable):
    """An engine went away while something was done on it: that is to be done elsewhere."""

    def __init__(self, attempted: str, seen: str) -> None:
        super().__init__(attempted, seen, "lab engines shows which engines answer")


class Engine:
    """One of several engines. For several threads.

    It may go away and come back. Its ``client`` outlives that, since each question is a connection
    of its own.
    """

    def __init__(self, name: str, where: Endpoint, client: EngineClient | None, say: Say) -> None:
        """``client`` is None for an engine that does not answer yet."""
        self.name = name
        self.where = None if where.is_usual else where
        """Where it is; None for the usual engine."""
        self._client = client
        self._say = say
        self._lock = threading.Lock()
        self._is_away = client is None

    @property
    def client(self) -> EngineClient:
        """Its client; raises EngineLeft where it has not answered yet."""
        if self._client is None:
            raise EngineLeft(f"using the engine {self.name}", "it does not answer yet")
        return self._client

    @property
    def is_away(self) -> bool:
        """Whether it was away when it was last looked at."""
        return self._is_away

    def look(self) -> bool:
        """Ask whether it is there, tell of what has changed, and return the answer."""
        try:
            client = engine.connect(self.where)
        except LabError as error:
            self.note_away(error.seen)
            return False
        with self._lock:
            was_away, self._is_away = self._is_away, False
            is_first = self._client is None
            if is_first:
                self._client = client
        if not is_first:
            client.close()
        if was_away:
            self._say(f"engine {self.name} is back, and is used again")
        return True

    def is_silent(self) -> bool:
        """Ask twice whether it is there, as a busy machine may be late once; return whether not.

        Nothing is told of it, and one that was away before is not asked.
        """
        return not self._is_away and not (self._answers() or self._answers())

    def _answers(self) -> bool:
        with suppress(LabError), closing(engine.connect(self.where)):
            return True
        return False

    def note_away(self, seen: str) -> None:
        """Take note, and tell once, that it has gone away."""
        with self._lock:
            was_away, self._is_away = self._is_away, True
        if not was_away:
            first = (seen.splitlines() or [""])[0]
            self._say(
                f"engine {self.name} went away ({first}): what it had not finished is done"
                " elsewhere, and it is used again when it is back"
            )

    def close(self) -> None:
        """Give its connections back."""
        if self._client is not None:
            self._client.close()


@contextmanager
def open_usual(say: Say) -> Iterator[Sequence[Engine]]:
    """Yield the usual engine alone, made ready; raises EngineUnavailable."""
    with closing(engine.ensure(say)) as client:
        yield [Engine("", client.endpoint, client, say)]


@contextmanager
def open_named(names: Sequence[str], say: Say) -> Iterator[Sequence[Engine]]:
    """Yield the engines of these contexts of Docker's, of which one at least answers.

    Raises UnknownName where there is no such context, UsageError where two are the same engine,
    EngineUnavailable where none answers.
    """
    places = [endpoint.named(name) for name in dict.fromkeys(names)]
    found = side_by_side(_connected, places)
    with ExitStack() as at_end:
        engines = []
        for where, client in zip(places, found, strict=True):
            there = None if isinstance(client, LabError) else client
            one = Engine(where.name, where, there, say)
            at_end.callback(one.close)
            engines.append(one)
        away = [each for each in found if isinstance(each, LabError)]
        if len(away) == len(found):
            raise away[0]
        _refuse_twins([each for each in engines if not each.is_away])
        for one, problem in zip(engines, found, strict=True):
            if isinstance(problem, LabError):
                first = problem.seen.splitlines()[0]
                say(f"engine {one.name} does not answer ({first}): it is used when it does")
        yield engines


@contextmanager
def sources(target: Engine, engines: Sequence[Engine]) -> Iterator[list[EngineClient]]:
    """Yield clients of the engines that may have what ``target`` has not: the usual one first.

    These are the usual one and ``engines``, and where there is no such, all that answer.
    """
    others = [each for each in engines if each is not target and not each.is_away]
    found = [each.client for each in others]
    with ExitStack() as at_end:
        places: list[Endpoint | None] = []
        if target.where is not None and all(each.where is not None for each in others):
            places = [None]
        elif not others:
            places = [endpoint.named(name) for name in endpoint.names() if name != target.name]
        for where in places:
            with suppress(LabError):
                found.append(at_end.enter_context(closing(engine.connect(where))))
        yield found


def used(root: Path) -> list[str]:
    """Return the engines, other than the usual one, on which labs of the clone came up."""
    return sorted(each.name for each in (root / LABS).glob("*/") if each.is_dir())


def down(root: Path, names: Sequence[str], say: Say) -> None:
    """Remove the clone's labs on each of these engines.

    Raises a LabError for an engine where that fails, once the others are done.
    """
    places = [endpoint.named(name) for name in dict.fromkeys(names)]
    problems = []
    for where in places:
        try:
            labs.down(root, say, None if where.is_usual else where)
            if not where.is_usual:
                shutil.rmtree(root / LABS / where.name, ignore_errors=True)
        except LabError as problem:
            problems.append(problem)
    if problems:
        raise problems[0]


def _connected(where: Endpoint) -> EngineClient | LabError:
    try:
        return engine.connect(replace(where, name="") if where.is_usual else where)
    except LabError as error:
        return error


def _refuse_twins(engines: Sequence[Engine]) -> None:
    """Raise UsageError where two contexts lead to one engine: its labs would have one name.

    An engine's ID alone tells it not: engines of one machine may share the key it is made from.
    """
    known: dict[tuple[str, ...], str] = {}
    for each in engines:
        with suppress(OSError):
            told = each.client.info()
            what = tuple(str(told.get(key)) for key in ("ID", "Name", "DockerRootDir"))
            if what in known:
                raise UsageError(
                    f"spreading over the engines {known[what]} and {each.name}",
                    "both contexts lead to the same engine",
                    f"--on {each.name} -j 2, which plays on two labs of it",
                )
            known[what] = each.name
