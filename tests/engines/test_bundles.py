"""A bundle passes between Docker's two image stores, and the layers have the same digests in both.

The store of this machine's engine is the usual one (overlay2) or containerd's; the other is that of
Docker 28.5 from Debian's packages, set as Docker 29 is from the start.
"""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lab_clone import ROOT, Clone, copy_of_this_clone
from private_engine import PrivateEngine
from test_engines import TestAs29 as As29
from test_engines import started

from lab.hosts.bundle import layers
from lab.hosts.bundle.examine import layers_of
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import images

HOSTS = ("dns", "client", "server")
HOST = images.recipes(ROOT, ["host"])["host"].tag


@pytest.fixture(scope="module")
def other() -> Iterator[PrivateEngine]:
    """Give an engine with containerd's store and no image."""
    with started(As29.target) as private:
        yield private


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a bundle that is packed on this machine's engine."""
    path = tmp_path_factory.mktemp("stick") / "here.pyz"
    said = Clone(ROOT).lab("bundle", *HOSTS, "-o", str(path), within=900)
    if "fetching what the lab needs" in said.stderr:
        pytest.skip("this machine reaches no Python package index")
    assert said.status == 0, said.text
    return path


def contents(bundle: Path) -> Any:
    with zipfile.ZipFile(bundle) as archive:
        return json.loads(archive.read("bundle.json"))


def test_what_one_store_has_packed_the_other_installs_plays_and_packs_again(
    here: Path, other: PrivateEngine, tmp_path: Path
) -> None:
    clone = Clone(tmp_path / "clone", {"DOCKER_HOST": other.url})
    copy_of_this_clone(clone.root)
    said = clone.lab("install", str(here), "--into", str(tmp_path / "course"), within=900)
    assert said.status == 0, said.text
    assert "0 were there" in said.stdout

    said = clone.lab("verify", str(here))
    assert said.status == 0, said.text
    assert "the same lab" in said.stdout

    said = clone.lab("run", "tcp_connect", within=600)
    assert said.status == 0, said.text
    record = "out/tcp_connect/ipv4/observation.json"
    assert clone.lab("down").status == 0
    there = json.loads((clone.root / record).read_text())["versions"]
    assert len([name for name in there if name.startswith("Image socketlab/server")]) == 1

    again = tmp_path / "there.pyz"
    said = clone.lab("bundle", *HOSTS, "-o", str(again), within=900)
    assert said.status == 0, said.text
    ours, theirs = contents(here), contents(again)
    assert theirs["lab"] == ours["lab"]
    for each in ("layers", "sizes", "tag"):
        assert [image[each] for image in theirs["images"]] == [
            image[each] for image in ours["images"]
        ]
    blobs = [
        {name: digest for name, digest in of["files"].items() if name.startswith("layers/")}
        for of in (ours, theirs)
    ]
    assert blobs[0] == blobs[1]


def test_a_layer_that_the_store_has_compressed_is_packed_as_it_was_before(
    other: PrivateEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.load([HOST])
    (tmp_path / "words").write_text("violet garden copper\n" * 10_000)

    def docker(*words: str) -> None:
        argv = ["docker", "-H", other.url, *words]
        subprocess.run(argv, check=True, capture_output=True, timeout=600)

    docker("create", "--name", "made-here", HOST, "true")
    docker("cp", str(tmp_path / "words"), "made-here:/words")
    docker("commit", "made-here", "own/image:1")
    docker("rm", "made-here")
    sizes: dict[str, int] = {}

    def put(name: str, pieces: Iterable[bytes]) -> None:
        sizes[name] = sum(map(len, pieces))

    monkeypatch.setenv("DOCKER_HOST", other.url)
    with closing(engine.connect()) as client:
        there = layers_of(client, "own/image:1")
        (packed,) = layers.save(client, {"own": "own/image:1"}, put, tmp_path, print)
    assert packed.layers == there
    assert len(there) == len(sizes) - 1  # and its configuration
    assert packed.sizes[-1] > 200_000 > sizes[layers.blob(there[-1])]
