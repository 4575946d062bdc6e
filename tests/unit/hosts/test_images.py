"""When an image is made again, and in which order."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from places import ROOT

from lab.errors import ImageUnavailable, UnknownName
from lab.hosts.docker.images import base, build, context, images


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("ARG BASE=debian\nFROM ${BASE}\n")
    (tmp_path / "run").write_text("#!/bin/sh\n")
    return tmp_path


def test_the_digest_of_an_unchanged_folder_stays(folder: Path) -> None:
    assert context.digest(folder, ["below"]) == context.digest(folder, ["below"])


def test_the_digest_changes_with_a_files_content(folder: Path) -> None:
    before = context.digest(folder, ["below"])
    (folder / "run").write_text("#!/bin/SH\n")
    assert context.digest(folder, ["below"]) != before


def test_the_digest_changes_with_a_files_name(folder: Path) -> None:
    before = context.digest(folder, ["below"])
    (folder / "run").rename(folder / "walk")
    assert context.digest(folder, ["below"]) != before


def test_the_digest_changes_when_a_file_becomes_executable(folder: Path) -> None:
    before = context.digest(folder, ["below"])
    (folder / "run").chmod(0o755)
    assert context.digest(folder, ["below"]) != before


@pytest.mark.parametrize("umask", [0o000, 0o007, 0o022, 0o077])
def test_a_clone_made_under_any_umask_gives_the_same_archive(folder: Path, umask: int) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "note").write_text("note")
    (folder / "run").chmod(0o755)
    usual = context.archive(folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod((0o777 if path.is_dir() or path.name == "run" else 0o666) & ~umask)
        os.utime(path, (0, 0))
    assert context.archive(folder) == usual
    with tarfile.open(fileobj=io.BytesIO(usual)) as tar:
        modes = {entry.name: oct(entry.mode) for entry in tar}
    assert modes == {
        "Dockerfile": "0o644",
        "inner": "0o755",
        "inner/note": "0o644",
        "run": "0o755",
    }


def test_the_digest_is_of_all_that_the_engine_is_given(folder: Path) -> None:
    before = context.digest(folder, ["below"])
    (folder / "empty").mkdir()
    assert context.digest(folder, ["below"]) != before


def test_what_python_keeps_for_itself_is_no_part_of_an_image(folder: Path) -> None:
    before = context.digest(folder, ["below"])
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("x")
    assert context.digest(folder, ["below"]) == before


def test_the_digest_changes_with_the_image_below(folder: Path) -> None:
    assert context.digest(folder, ["one"]) != context.digest(folder, ["other"])


def test_the_digest_cannot_be_fooled_by_a_file_that_looks_like_two(tmp_path: Path) -> None:
    two, one = tmp_path / "two", tmp_path / "one"
    two.mkdir()
    one.mkdir()
    (two / "x").write_text("p")
    (two / "y").write_text("q")
    (one / "x").write_text("p\0y\0Falseq")
    assert context.digest(two, [""]) != context.digest(one, [""])


def test_the_dns_image_is_made_after_the_host_image_that_it_stands_on() -> None:
    assert list(images.recipes(ROOT, ["dns"])) == ["ca", "host", "dns"]


def test_the_image_below_two_others_is_made_once() -> None:
    assert images.in_order(["a", "b"], {"a": ["z"], "b": ["z"], "z": []}) == ["z", "a", "b"]


def test_the_image_without_a_folder_is_named() -> None:
    with pytest.raises(UnknownName, match="nosuch"):
        images.recipes(ROOT, ["nosuch"])


def test_the_images_that_stand_on_each_other_are_refused() -> None:
    with pytest.raises(UnknownName):
        images.in_order(["a"], {"a": ["b"], "b": ["a"]})


def test_the_dockerfile_names_the_images_that_it_takes_in_its_arguments() -> None:
    text = "ARG CA=socketlab/ca:latest\nARG BASE=socketlab/host:latest\nARG X=debian:bookworm\n"
    assert images.parents(text) == {"CA": "ca", "BASE": "host"}


def test_another_content_is_another_image(tmp_path: Path) -> None:
    (tmp_path / "images/one").mkdir(parents=True)
    dockerfile = tmp_path / "images/one/Dockerfile"
    dockerfile.write_text("FROM debian\n")
    before = images.recipes(tmp_path, ["one"])["one"].tag
    dockerfile.write_text("FROM debian\nRUN true\n")
    assert images.recipes(tmp_path, ["one"])["one"].tag != before


def test_the_image_that_podman_lists_under_a_registry_of_its_own_is_there() -> None:
    for name in ("docker.io/socketlab/host:1", "localhost/socketlab/host:1", "socketlab/host:1"):
        assert images.plain(name) == "socketlab/host:1"


@pytest.mark.parametrize("line", ["Step 2/6 : RUN apt-get update", "STEP 2/6: RUN apt-get update"])
def test_the_steps_of_a_build_are_told_in_the_words_of_docker_and_of_podman(line: str) -> None:
    step = build.STEP.match(line)
    assert step is not None
    assert step.groups() == ("2/6", "RUN apt-get update")


def test_a_failed_build_is_blamed_on_the_mirror_where_packages_could_not_be_had() -> None:
    for seen in (
        "E: Failed to fetch http://mirror/x.deb  404  Not Found",
        "Err:1 Could not connect to mirror:80",
        "Temporary failure resolving 'mirror'",
        "The command '/bin/sh -c apt-get install x' returned a non-zero code: 100",
    ):
        assert "mirror" in build.advice(seen)
    for seen in ("OCI runtime error: setrlimit RLIMIT_NOFILE: Operation not permitted", "cgroups"):
        assert "mirror" not in build.advice(seen)


@pytest.mark.parametrize(
    "told",
    [
        '{"status": "Downloading"}\r\n{"status": "sha256:' + "a1" * 32 + '"}',
        '{"progressDetail":{},"status":"' + "a1" * 32 + '"}',
    ],
)
def test_the_base_that_was_handed_over_gets_its_name_by_its_id(told: str) -> None:
    assert base.imported(told).removeprefix("sha256:") == "a1" * 32


def test_the_base_that_was_not_taken_is_told_of_in_the_engine_s_words() -> None:
    with pytest.raises(ImageUnavailable, match="no room"):
        base.imported('{"error": "no room"}')


def test_an_ordinary_user_makes_the_base_only_with_a_namespace_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (tmp_path / "mmdebstrap").touch(0o755)
    assert not base.can_be_made()
    (tmp_path / "newuidmap").touch(0o755)
    assert base.can_be_made()


def test_a_lab_that_is_killed_while_it_makes_the_base_leaves_no_archive(tmp_path: Path) -> None:
    tools, kept = tmp_path / "images" / "base", tmp_path / "kept"
    tools.mkdir(parents=True)
    kept.mkdir()
    (tmp_path / "images" / "hosts.yaml").touch()
    (tmp_path / "mmdebstrap").touch(0o755)
    (tools / "make-base").write_text("#!/bin/sh\necho much\nkill -9 $PPID\n")
    (tools / "make-base").chmod(0o755)
    script = (
        "from pathlib import Path; from lab.hosts.docker.images import base;"
        f"base._make(None, Path({str(tmp_path)!r}), 'no network', print)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "TMPDIR": str(kept)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert list(kept.iterdir()) == []
