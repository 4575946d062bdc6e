"""``lab up`` against compose alone: the same hosts from the same file, from nothing."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import bare
from bench.row import Goal, Kind, Row, Series, interleaved
from lab.clone import Clone
from lab.errors import ComposeFailed
from lab.hosts.docker.compose import command
from lab.hosts.docker.compose.lab import Lab

SERVICE = """
  {name}:
    extends: {{file: "${{LAB_KIT:-images}}/hosts.yaml", service: {kind}}}
    hostname: {name}
    labels: {{socketlab.host: {name}}}
    networks:
      lan:
        ipv4_address: ${{LAB_PREFIX:-10.77}}.0.{number}
        ipv6_address: ${{LAB_PREFIX6:-fd00:10:77}}::{number}
"""

NAME_SERVER = 53


def bring_up(clone: Clone, hosts: int, times: int) -> Row:
    """Measure how long so many hosts take to come up, from nothing to all of them running."""
    with made_of(clone, hosts) as root:
        environment = {"SOCKETLAB_ROOT": str(root), "PYTHONDONTWRITEBYTECODE": ""}
        lab = Lab(root)
        bare.timed(bare.lab("up"), environment=environment)
        # What lab up has settled, compose reads in .env: so both bring up the very same.
        compose = [*command.find(), "-f", "compose.yaml", "-p", lab.project]

        def ours() -> float:
            lab.down()
            return bare.timed(bare.lab("up"), environment=environment)

        def theirs() -> float:
            lab.down()
            return bare.timed([*compose, "up", "-d"], folder=root)

        mine, others = interleaved(times, ours, theirs, warm_up=0)
    return Row(
        f"up{hosts}",
        f"lab up, {hosts} hosts",
        Series("lab up, until each host is ready", mine),
        Series(f"{' '.join(command.find())} up -d", others),
        Goal(Kind.RATIO, 1.1, "at most 1.1"),
        notes=("both from nothing, the same compose file",),
    )


def numbers(hosts: int) -> list[int]:
    """Return the numbers of so many plain hosts; the name server's is not among them."""
    return [number for number in range(10, 11 + hosts) if number != NAME_SERVER][:hosts]


def topology(text: str, hosts: int, *, named: bool = False) -> str:
    """Return the lab's ``compose.yaml`` with so many plain hosts instead of its own.

    ``named`` gives it a name server beside them. Raises ComposeFailed where the file is not of the
    form that this knows.
    """
    found = re.fullmatch(
        r"(?P<head>.*?^services:\n)(?: [^\n]*\n|#[^\n]*\n|\n)*(?P<shared>.*?)"
        r"(?P<networks>^networks:\n  lan:\n(?:    [^\n]*\n|\n)*).*",
        text,
        re.MULTILINE | re.DOTALL,
    )
    if found is None:
        raise ComposeFailed(
            "making a lab of many hosts", "compose.yaml has another form than known"
        )
    services = "".join(
        SERVICE.format(name=f"host{number}", kind="host", number=number)
        for number in numbers(hosts)
    )
    if named:
        services += SERVICE.format(name="dns", kind="dns", number=NAME_SERVER)
    return f"{found['head']}{services}\n{found['shared']}{found['networks']}"


@contextmanager
def made_of(clone: Clone, hosts: int, *, named: bool = False) -> Iterator[Path]:
    """Give a folder that is a lab of its own; its hosts and networks are removed with it."""
    with tempfile.TemporaryDirectory(prefix="socketlab-bench-") as made:
        root = Path(made)
        text = topology((clone.root / "compose.yaml").read_text(), hosts, named=named)
        (root / "compose.yaml").write_text(text)
        (root / "scenarios").mkdir()
        shutil.copytree(clone.root / "images", root / "images")
        try:
            yield root
        finally:
            Lab(root).down()
