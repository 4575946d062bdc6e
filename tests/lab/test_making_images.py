"""Images on an engine of a test's own: made in order, made once, removed when nobody uses them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lab_clone import Clone
from private_engine import PrivateEngine

from lab.errors import ImageUnavailable
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.docker.images import base, images

OLDEST_API = "1.41"
BOTTOM = "FROM scratch\nCOPY note /note\n"
TOP = "ARG ONE=socketlab/one:latest\nFROM ${ONE}\nCOPY note /other\n"


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateEngine]:
    if why := PrivateEngine.why_not():
        pytest.skip(why)
    private = PrivateEngine(tmp_path_factory.mktemp("engine"))
    try:
        private.load([base.TAG])
        yield private
    finally:
        private.kill()


@pytest.fixture(scope="module")
def engine(private: PrivateEngine) -> Iterator[EngineClient]:
    with closing(EngineClient(Endpoint(private.url), OLDEST_API)) as client:
        yield client


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "one", BOTTOM)
    write(tmp_path, "two", TOP)
    write(tmp_path, "three", TOP)
    return tmp_path


def write(root: Path, name: str, dockerfile: str) -> None:
    folder = root / "images" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Dockerfile").write_text(dockerfile)
    (folder / "note").write_text(str(root))


def tags(engine: EngineClient) -> set[str]:
    return {tag for image in engine.images() for tag in image["RepoTags"] or ()}


def test_an_image_is_made_after_the_one_that_it_takes_and_not_again(
    engine: EngineClient, root: Path
) -> None:
    said: list[str] = []
    images.ensure(engine, root, ["two", "three"], said.append)
    wanted = {recipe.tag for recipe in images.recipes(root, ["two", "three"]).values()}
    assert len(wanted) == 3
    assert wanted <= tags(engine)
    assert said[0] == "making image one"
    said.clear()
    images.ensure(engine, root, ["two", "three"], said.append)
    assert said == []


def test_only_what_is_wanted_is_made(engine: EngineClient, root: Path) -> None:
    images.ensure(engine, root, ["two"], print)
    assert images.recipes(root, ["three"])["three"].tag not in tags(engine)


def test_an_image_that_changed_stands_beside_what_it_was(engine: EngineClient, root: Path) -> None:
    images.ensure(engine, root, ["one"], print)
    before = images.recipes(root, ["one"])["one"].tag
    (root / "images/one/note").write_text("another")
    images.ensure(engine, root, ["one"], print)
    after = images.recipes(root, ["one"])["one"].tag
    assert before != after
    assert {before, after} <= tags(engine)


def test_a_clone_made_under_a_strict_umask_makes_images_that_everybody_can_read(
    engine: EngineClient, root: Path
) -> None:
    for path in root.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    images.ensure(engine, root, ["one"], print)
    host = engine.sdk.create_container(images.recipes(root, ["one"])["one"].tag, command=["/note"])
    try:
        _, known = engine.sdk.get_archive(host["Id"], "/note")
        assert oct(known["mode"]) == "0o644"
    finally:
        engine.remove_container(host["Id"])


def test_an_image_that_cannot_be_made_is_named_and_its_neighbour_is_made(
    engine: EngineClient, root: Path
) -> None:
    write(root, "three", "ARG ONE=socketlab/one:latest\nFROM ${ONE}\nCOPY nosuch /x\n")
    with pytest.raises(ImageUnavailable, match="images/three") as caught:
        images.ensure(engine, root, ["two", "three"], print)
    assert "nosuch" in caught.value.seen
    images.ensure(engine, root, ["two"], print)
    assert images.recipes(root, ["two"])["two"].tag in tags(engine)


def test_images_that_no_host_uses_are_removed_and_nobody_elses(
    engine: EngineClient, root: Path
) -> None:
    images.ensure(engine, root, ["two"], print)
    used = images.recipes(root, ["one"])["one"].tag
    host = engine.sdk.create_container(used, command=["/note"])
    try:
        removed = images.remove(engine)
        assert images.recipes(root, ["two"])["two"].tag in removed
        assert used in tags(engine)
        assert base.TAG in tags(engine)
    finally:
        engine.remove_container(host["Id"])


def test_lab_down_images_names_what_it_removes(
    private: PrivateEngine, engine: EngineClient, root: Path, second_lab: Clone
) -> None:
    images.ensure(engine, root, ["two"], print)
    said = second_lab.lab("down", "--images", DOCKER_HOST=private.url)
    assert said.status == 0, said.text
    for recipe in images.recipes(root, ["two"]).values():
        assert f"removed image {recipe.tag}" in said.text
    assert tags(engine) == {base.TAG}
