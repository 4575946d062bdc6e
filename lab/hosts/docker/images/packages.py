"""The Debian packages that are in an image, by what its package manager has written down."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Mapping

from lab.hosts.docker.aside import container
from lab.hosts.docker.engine.client import EngineClient

Packages = Mapping[str, str]
"""The version of each package by its name."""

STATUS = "/var/lib/dpkg/status"


def packages(status: str) -> dict[str, str]:
    """Return the versions of the packages that a dpkg status file has as installed (dpkg(1))."""
    found = {}
    for paragraph in status.split("\n\n"):
        lines = (line.partition(": ") for line in paragraph.splitlines() if line[:1] != " ")
        fields = {name: value for name, _, value in lines}
        if fields.get("Status", "").endswith(" installed"):
            found[fields["Package"]] = fields["Version"]
    return dict(sorted(found.items()))


def unequal(one: Packages, other: Packages) -> Iterator[tuple[str, str, str | None]]:
    """Yield each package that is not the same in both: its name, and its versions.

    The first is ``missing`` where ``one`` has no such package, the second None where ``other`` has
    none.
    """
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            yield name, one.get(name, "missing"), other.get(name)


def packages_of(client: EngineClient, tag: str) -> dict[str, str]:
    """Return the packages in an image; none where it is no Debian."""
    with container(client, tag, ["true"]) as identity:
        return packages_in(client, identity)


def packages_in(client: EngineClient, identity: str) -> dict[str, str]:
    """Return the packages in a container, running or not; none where it is no Debian."""
    from docker.errors import NotFound  # noqa: PLC0415 - as slow to load as the SDK itself

    try:
        chunks, _ = client.sdk.get_archive(identity, STATUS)
    except NotFound:
        return {}
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
        member = archive.next()
        content = archive.extractfile(member) if member is not None else None
        return packages(content.read().decode()) if content is not None else {}
