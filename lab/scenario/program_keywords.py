"""What the keywords of a Program may be; what means nothing is refused where it stands."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable

from lab.errors import ScenarioInvalid
from lab.scenario import keywords
from lab.wire.address import Service

MOST_LEFT = 8
"""Files that one program may leave."""

_LEFT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_NAME = re.compile(r"[A-Za-z_][\w.]*")


def arguments(making: str, given: Iterable[object]) -> tuple[str, ...]:
    """Return the words that a program is given, numbers as text; raises ScenarioInvalid."""
    for each in given:
        several = isinstance(each, Iterable) and not isinstance(each, str)
        if each is None or several or isinstance(each, Service):
            advice = 'words and numbers, one after the other: Program("client.py", "server", 15000)'
            raise keywords.refused(making, "an argument", each, advice)
    return tuple(map(str, given))


def services(making: str, given: object) -> tuple[Service, ...]:
    """Return the services that it promises to listen on; raises ScenarioInvalid."""
    services = (given,) if isinstance(given, Service) else given
    if isinstance(services, Iterable) and not isinstance(services, str):
        found = tuple(services)
        if all(isinstance(each, Service) for each in found):
            return found
    raise keywords.refused(making, "listens_on", given, 'listens_on=Tcp(15000), or "any"')


def lines(making: str, given: str | Iterable[str], stdin: str | None) -> tuple[str, ...]:
    """Return the lines that are typed into it; raises ScenarioInvalid."""
    advice = 'typed=["ann", "hello"]'
    lines = keywords.texts(making, "typed", given, advice)
    if lines and stdin is not None:
        raise ScenarioInvalid(making, "it has both stdin and typed", "one of them")
    if any("\n" in line for line in lines):
        raise keywords.refused(making, "typed", given, advice)
    return lines


def kept(making: str, given: str | Iterable[str]) -> tuple[str, ...]:
    """Return the names of the files that it keeps; raises ScenarioInvalid."""
    names = keywords.texts(making, "keeps", given, 'keeps="page.png"')
    for name in names:
        if not _LEFT.fullmatch(name):
            seen = f"keeps names {name!r}, which is not a plain file name"
            raise ScenarioInvalid(making, seen, 'keeps="page.png"')
    if len(names) > MOST_LEFT:
        seen = f"keeps names {len(names)} files, and at most {MOST_LEFT} are kept"
        raise ScenarioInvalid(making, seen, "leave out the files that nobody needs")
    return names


def failing(making: str, given: object) -> bool | int | str:
    """Return how it is to fail; raises ScenarioInvalid."""
    if isinstance(given, str):
        is_signal = given.startswith("SIG")
        if given in signal.Signals.__members__ if is_signal else _NAME.fullmatch(given):
            return given
    elif isinstance(given, bool) or (isinstance(given, int) and 0 < given < 256):
        return given
    advice = 'fails=True, fails=3, fails="SIGKILL" or fails="OSError"'
    raise keywords.refused(making, "fails", given, advice)
