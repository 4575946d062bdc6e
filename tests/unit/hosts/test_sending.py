"""Images on their way from engine to engine: all bytes arrive, and a failure has its words."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from lab.errors import ImageUnavailable
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.images.sending import send

MANY = 5_000_000

DOCKER = """#!/bin/sh
case $1 in
save) {save} ;;
load) {load} ;;
esac
"""


def client(folder: Path, name: str = "", **does: str) -> EngineClient:
    """Return a client for whose engine the command docker does this."""
    (folder / name / "bin").mkdir(parents=True)
    docker = folder / name / "bin" / "docker"
    docker.write_text(DOCKER.format(**{"save": "false", "load": "false", **does}))
    docker.chmod(0o755)
    environment = {"PATH": f"{docker.parent}:/usr/bin:/bin"}
    endpoint = SimpleNamespace(name=name, environment=lambda: environment)
    history = {"socketlab/host:1": [("a", 100), ("b", 20)], "socketlab/dns:1": [("a", 100)]}
    steps = lambda tag: [  # noqa: E731
        {"Created": 1, "CreatedBy": by, "Size": size} for by, size in history[tag]
    ]
    return cast(
        EngineClient, SimpleNamespace(endpoint=endpoint, sdk=SimpleNamespace(history=steps))
    )


def test_all_bytes_arrive_and_it_is_told_how_many_there_will_be(tmp_path: Path) -> None:
    source = client(tmp_path, "a", save=f"head -c {MANY} /dev/zero")
    target = client(tmp_path, "b", load=f"cat >{tmp_path}/arrived")
    told: list[tuple[int, int]] = []
    tags = ["socketlab/host:1", "socketlab/dns:1"]
    sent = send(source, target, tags, lambda done, total: told.append((done, total)))
    assert (tmp_path / "arrived").stat().st_size == sent.bytes == MANY
    assert told[-1] == (MANY, 120)  # the layer that both have is counted once
    assert str(sent).startswith("2 images, 5 MB in ")


@pytest.mark.parametrize(
    ("save", "load"),
    [
        (f"head -c {MANY} /dev/zero", "echo no space left on device >&2; exit 1"),
        ("echo no space left on device >&2; exit 1", "cat >/dev/null"),
    ],
)
def test_whichever_end_fails_its_last_words_are_told(tmp_path: Path, save: str, load: str) -> None:
    source, target = client(tmp_path, "a", save=save), client(tmp_path, "b", load=load)
    with pytest.raises(ImageUnavailable, match="engine b: no space left on device"):
        send(source, target, ["socketlab/host:1"], lambda _, __: None)


def test_what_goes_wrong_meanwhile_ends_both(tmp_path: Path) -> None:
    source = client(tmp_path, "a", save="exec cat /dev/zero")
    target = client(tmp_path, "b", load="exec cat >/dev/null")

    def passed(_: int, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(source, target, ["socketlab/host:1"], passed)
