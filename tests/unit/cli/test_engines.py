"""The table of engines fits 80 columns, and says of each whether it can be used."""

from __future__ import annotations

import re

import click
import pytest
from places import ROOT

from lab.cli import options
from lab.cli.engines import _values, render
from lab.errors import UsageError
from lab.hosts.docker.survey import Clock, Surveyed

HERE = Surveyed(
    "default",
    "unix:///var/run/docker.sock",
    True,
    version="28.5.2",
    cores=2,
    memory=24 << 30,
    free=20 << 30,
    clock=Clock(-0.0012, 0.0031),
    there=("ca", "host"),
)
THERE = Surveyed(
    "server2",
    "ssh://teacher@server2",
    False,
    version="20.10.24",
    cores=64,
    memory=512 << 30,
    clock=Clock(1.5, 0.012),
    missing=("ca", "host"),
)
GONE = Surveyed("gone", "tcp://10.0.0.9:2376", False, why_not="no route to host " * 8)


def test_each_engine_has_a_row_and_none_is_wider_than_the_terminal() -> None:
    table = render([HERE, THERE, GONE], 80)
    assert table.splitlines() == [
        "engine     version   cores  free memory      images  clock ahead",
        "default *  28.5.2    2      20.0 of 24.0 GB  2 of 2  -1.2 ± 3.1 ms",
        "server2    20.10.24  64     ? of 512.0 GB    0 of 2  +1500.0 ± 12.0 ms",
        "gone       no route to host no route to host no route to host no route to host …",
        "Missing images are sent when needed. Now: lab engines --send server2",
    ]
    assert max(map(len, table.splitlines())) <= 80


def test_each_key_of_the_engines_is_documented() -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    section = page.partition("## `lab engines --json`\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `engines\[\]\.([\w.]+)` \|", section, re.MULTILINE))
    values = _values(HERE)
    assert told == {*values, "clock.ahead", "clock.uncertainty"}


def engines(text: str | None) -> tuple[str, ...]:
    callback = click.option("--on", callback=options._engines)
    command = click.command()(callback(lambda on: on))
    words = [] if text is None else ["--on", text]
    found: tuple[str, ...] = command.main(words, standalone_mode=False)
    return found


def test_engines_are_named_with_commas_between_them() -> None:
    assert engines(None) == ()
    assert engines("default") == ("default",)
    assert engines("default, server2") == ("default", "server2")


@pytest.mark.parametrize("text", ["", "default,", ",", " "])
def test_a_missing_name_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="a name is missing"):
        engines(text)
