"""A bundle: what is the same lab, what a hostile file does, which bytes are asked for."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lab.errors import UsageError
from lab.hosts.bundle import wheels
from lab.hosts.bundle.install import INSTALLED, begin
from lab.hosts.bundle.layers import Packed, _archive, blob, compressor
from lab.hosts.bundle.manifest import (
    Image,
    Manifest,
    chain,
    differences,
    from_json,
    to_json,
)
from lab.hosts.bundle.opened import Opened
from lab.hosts.bundle.pack import course
from lab.hosts.bundle.serve import part_of

HOST = Image("socketlab/host:1", ("sha256:a", "sha256:b"), {"curl": "7.88", "python3": "3.11"})
DNS = Image("socketlab/dns:1", (*HOST.layers, "sha256:c"), {**HOST.packages, "nsd": "4.6"})
LAB = Manifest("0.1.0", {"compose.yaml": "1"}, {"host": HOST, "dns": DNS})


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert from_json(json.loads(json.dumps(to_json(LAB)))) == LAB


@pytest.mark.parametrize("document", [None, [], {}, {"manifest": 2}, {**to_json(LAB), "images": 1}])
def test_what_is_no_manifest_is_refused(document: object) -> None:
    with pytest.raises(UsageError, match="lab verify --save"):
        from_json(document)


def test_equal_labs_have_the_same_word_and_others_have_not() -> None:
    assert from_json(to_json(LAB)).word == LAB.word
    assert replace(LAB, version="0.2.0").word != LAB.word
    assert LAB.only(["host"]).word != LAB.word
    assert not differences(LAB, LAB)


def test_a_package_that_differs_is_named_once_for_all_images_that_have_it() -> None:
    newer = {"curl": "7.89"}
    there = replace(
        LAB,
        images={
            "host": replace(HOST, packages={**HOST.packages, **newer}),
            "dns": replace(DNS, packages={**DNS.packages, **newer, "unbound": "1"}),
        },
    )
    assert differences(LAB, there) == [
        "image host: curl 7.88 here, 7.89 there",
        "image dns: unbound missing here, 1 there",
    ]


def test_other_layers_versions_and_files_differ_and_further_images_do_not() -> None:
    there = Manifest(
        "0.2.0",
        {"compose.yaml": "2"},
        {"host": replace(HOST, layers=("sha256:a", "sha256:x")), "web": HOST},
    )
    assert differences(LAB, there) == [
        "lab: version 0.1.0 here, 0.2.0 there",
        "compose.yaml: another content here",
        "image host: 1 of 2 layers are the same, with the same packages",
        "image web: not here",
    ]


def test_one_digest_stands_for_a_stack_of_layers() -> None:
    assert chain(["sha256:a"]) == "sha256:a"
    both = hashlib.sha256(b"sha256:a sha256:b").hexdigest()
    assert chain(["sha256:a", "sha256:b"]) == f"sha256:{both}"


def written(path: Path, files: Mapping[str, bytes], **digests: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(wheels.entry(name), content)
        known = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        about = {"bundle": 1, "files": {**known, **digests}, "images": [], "lab": to_json(LAB)}
        archive.writestr("bundle.json", json.dumps(about))
    return path


def install(path: Path, folder: Path) -> list[str]:
    said: list[str] = []
    with Opened(path) as bundle:
        begin(bundle, folder, said.append, lambda _: None)
    return said


def test_a_course_is_written_and_what_a_student_changed_stays(tmp_path: Path) -> None:
    path = written(tmp_path / "lab.pyz", {"course/compose.yaml": b"1", "course/docs/a.md": b"2"})
    folder = tmp_path / "course"
    assert install(path, folder) == []
    assert (folder / "docs" / "a.md").read_bytes() == b"2"
    assert from_json(json.loads((folder / INSTALLED).read_text())) == LAB
    (folder / "compose.yaml").write_bytes(b"mine")
    assert install(path, folder) == ["kept compose.yaml: yours is not the bundle's"]
    assert (folder / "compose.yaml").read_bytes() == b"mine"


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "lab.pyz", {"course/compose.yaml": b"1"})
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "compose.yaml").write_bytes(b"mine")
    with pytest.raises(UsageError, match="no bundle was installed"):
        install(path, folder)
    assert [each.name for each in folder.iterdir()] == ["compose.yaml"]


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "a\\..\\x", "", "."])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "lab.pyz", {f"course/{name}": b"1"})
    with pytest.raises(UsageError, match="leads out"):
        install(path, tmp_path / "course")
    assert not (tmp_path / "x").exists()


def test_nothing_is_written_over_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = written(tmp_path / "lab.pyz", {"course/docs/a.md": b"1"})
    folder = tmp_path / "course"
    (folder / ".cache").mkdir(parents=True)
    (folder / INSTALLED).write_text("{}")
    (folder / "docs").symlink_to(elsewhere)
    with pytest.raises(UsageError, match="follows none"):
        install(path, folder)
    assert not list(elsewhere.iterdir())


def test_a_byte_that_was_not_packed_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = written(tmp_path / "lab.pyz", {"course/a": b"1"}, **{"course/a": "0" * 64})
    with pytest.raises(UsageError, match="not what was packed"):
        install(path, tmp_path / "course")
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lab.pyz"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="copy the bundle anew"):
        Opened(path)


def test_a_course_is_taken_without_links_hidden_files_and_what_programs_left(
    tmp_path: Path,
) -> None:
    for name in ("compose.yaml", "scenarios/a/server.py", "scenarios/.git/x", "out/run", "key"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "scenarios" / "link").symlink_to(tmp_path / "key")
    (tmp_path / "docs").symlink_to(tmp_path / "out")
    found = [path.relative_to(tmp_path).as_posix() for path in course(tmp_path)]
    assert found == ["compose.yaml", "scenarios/a/server.py"]


def test_the_wheel_of_the_lab_is_the_same_each_time_and_has_what_images_are_made_from() -> None:
    name, content = wheels.own()
    assert (name, content) == wheels.own()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        assert {"lab/__main__.py", "lab/kit/hosts.yaml", "lab/kit/host/Dockerfile"} <= names
        about = name.removesuffix("-py3-none-any.whl") + ".dist-info"
        assert b"Name: socketlab" in archive.read(f"{about}/METADATA")
        assert b"lab = lab.__main__:main" in archive.read(f"{about}/entry_points.txt")
        assert archive.getinfo("lab/kit/host/socketlab-host").external_attr >> 16 & 0o100


def test_what_the_lab_needs_has_versions_and_nothing_of_its_tests() -> None:
    needed = wheels.needed()
    assert "pip" in needed
    assert [each for each in needed if each.startswith("pytest==")]
    assert not [each for each in needed if each.startswith(("mypy", "selenium"))]


def test_an_image_is_handed_over_as_an_archive_that_leaves_out_what_is_there() -> None:
    layers = {"sha256:a": b"one" * 1000, "sha256:b": b"two"}
    blobs: dict[str, bytes] = {"images/x.json": b"{}"}
    for name, content in layers.items():
        packer = compressor()
        blobs[blob(name)] = packer.compress(content) + packer.flush()
    sizes = tuple(map(len, layers.values()))
    image = Packed("x", "socketlab/x:1", "images/x.json", tuple(layers), sizes, "amd64")
    for left_out, kept in ((set[str](), ["a.tar", "b.tar"]), ({"sha256:a"}, ["b.tar"])):
        whole = b"".join(_archive(image, left_out, lambda name: io.BytesIO(blobs[name])))
        with tarfile.open(fileobj=io.BytesIO(whole)) as archive:
            assert [each for each in archive.getnames() if each.endswith(".tar")] == kept
            file = archive.extractfile("b.tar")
            assert file is not None
            assert file.read() == b"two"
            about = archive.extractfile("manifest.json")
            assert about is not None
            assert json.load(about)[0]["Layers"] == ["a.tar", "b.tar"]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (None, range(10)),
        ("bytes=0-", range(10)),
        ("bytes=4-", range(4, 10)),
        ("bytes=4-5", range(4, 6)),
        ("bytes=4-99", range(4, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-99", range(10)),
        ("bytes=10-", None),
        ("bytes=5-4", None),
        ("bytes=-0", None),
        ("bytes=0-1,3-4", range(10)),
        ("bytes=-", range(10)),
        ("lines=1-2", range(10)),
    ],
)
def test_a_range_is_read_as_rfc_9110_has_it(asked: str | None, wanted: range | None) -> None:
    assert part_of(asked, 10) == wanted
