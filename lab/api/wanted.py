"""What may be said of a tryout in Python: the options of ``lab try`` as keywords."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict, Unpack

from lab.clone import text_of
from lab.suite.trying.play import Wanted
from lab.wire.address import Family, Service

DEADLINE = 10.0


class Options(TypedDict, total=False):
    """The options of a tryout; each may be left out."""

    port: int
    """The server must listen there; without it, the lab sees where it listens."""

    udp: bool
    """The port is a UDP port."""

    ipv6: bool
    """Over IPv6 instead of IPv4."""

    server_arguments: Iterable[str]

    clients: int
    """So many clients are started."""

    typed: Iterable[str]
    """Lines that are typed into each client when it asks; ``2:LINE`` into the second only."""

    server_typed: Iterable[str]

    stdin: str | Path
    """A file that the clients read instead of a keyboard."""

    replace: Mapping[str, str]
    """What is put, in a copy, instead of words that are built in: ``{"localhost": "server"}``."""

    client_hosts: Iterable[str]
    """The hosts of the clients, in turn; without it all are on *client*."""

    wheels: str | Path
    """A folder with packages, as files ``NAME.whl``, for programs in Python."""

    deadline: float
    """Seconds that the clients may take."""


def wanted(
    server: str | Path, client: str | Path, arguments: tuple[str, ...], **given: Unpack[Options]
) -> Wanted:
    """Return what is to be tried; raises CouldNotJudge where ``stdin`` is not UTF-8, OSError."""
    port, stdin = given.get("port"), given.get("stdin")
    return Wanted(
        Path(server),
        Path(client),
        Family.IPV6 if given.get("ipv6") else Family.IPV4,
        server_arguments=tuple(given.get("server_arguments", ())),
        client_arguments=arguments or None,
        service=None if port is None else Service(port, "udp" if given.get("udp") else "tcp"),
        clients=given.get("clients", 1),
        typed=tuple(given.get("typed", ())),
        server_typed=tuple(given.get("server_typed", ())),
        stdin=None if stdin is None else text_of(Path(stdin)),
        replacements=tuple(given.get("replace", {}).items()),
        deadline=given.get("deadline", DEADLINE),
        client_hosts=tuple(given.get("client_hosts", ("client",))),
        wheels=Path(given["wheels"]) if "wheels" in given else None,
    )
