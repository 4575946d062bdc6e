"""A bundle passes between Docker's two image stores, and the layers have the same digests in both.

The store of this machine's engine is the usual one (overlay2) or containerd's; the other is that of
Docker 28.5 from Debian's packages, set as Docker 29 is from the start.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lab_clone import ROOT, Clone, copy_of_this_clone
from private_engine import PrivateEngine
from test_engines import TestAs29 as As29
from test_engines import started

HOSTS = ("dns", "client", "server")


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
