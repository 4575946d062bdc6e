"""One file brings the lab to a machine that has Docker and Python, and no network."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from lab_clone import ROOT, Clone, Said, interrupt
from private_engine import PrivateEngine
from waiting import PATIENCE, wait_for

HOSTS = ("dns", "client", "server")
CLASS = 30


@pytest.fixture(scope="module")
def teacher() -> Clone:
    """Give this clone; none of its hosts has to be up."""
    return Clone(ROOT)


@pytest.fixture(scope="module")
def bundle(teacher: Clone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a bundle of three hosts of this clone."""
    path = tmp_path_factory.mktemp("stick") / "lab.pyz"
    said = teacher.lab("bundle", *HOSTS, "-o", str(path), within=900)
    if "fetching what the lab needs" in said.stderr:
        pytest.skip("this machine reaches no Python package index")
    assert said.status == 0, said.text
    return path


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateEngine]:
    """Give an engine that has no image and no way out."""
    if why := PrivateEngine.why_not():
        pytest.skip(why)
    engine = PrivateEngine(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.kill()


def installed(
    bundle: Path, folder: Path, engine: PrivateEngine, told: IO[str] | int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Start the one command on the laptop, in a folder, with a network that leads nowhere.

    ``told`` gets what it tells of its progress.
    """
    clone = Clone(folder)
    environment = {**clone.environment, "DOCKER_HOST": engine.url}
    del environment["PYTHONPATH"]
    return subprocess.Popen(
        ["unshare", "--net", sys.executable, str(bundle)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=told,
        text=True,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str]) -> Said:
    stdout, stderr = process.communicate(timeout=600)
    return Said(process.returncode, stdout, stderr)


def images(engine: PrivateEngine) -> set[str]:
    listed = subprocess.run(
        ["docker", "-H", engine.url, "images", "--format", "{{.Repository}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(listed.stdout.split())


def lab(folder: Path, engine: PrivateEngine, *words: str) -> Said:
    """Run the command line that was installed."""
    environment = {**Clone(folder).environment, "DOCKER_HOST": engine.url}
    del environment["PYTHONPATH"]
    done = subprocess.run(
        [str(folder / ".venv" / "bin" / "lab"), *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def test_one_file_and_one_command_bring_the_lab_to_a_machine_without_a_network(
    bundle: Path, laptop: PrivateEngine, tmp_path: Path, teacher: Clone
) -> None:
    progress = tmp_path / "progress.txt"
    with progress.open("w") as told:
        begun = installed(bundle, tmp_path, laptop, told)
    second = "loading image host (2 of 4)"
    wait_for(second, lambda: second in progress.read_text() or begun.poll() is not None, 600)
    broken_off = interrupt(begun)
    said_so_far = broken_off.stdout + progress.read_text()
    assert broken_off.status != 0, said_so_far
    assert "Traceback" not in said_so_far

    said = ended(installed(bundle, tmp_path, laptop))
    assert said.status == 0, said.text
    assert "0 were there" not in said.stdout
    folder = tmp_path / "socketlab"
    assert (folder / "docs" / "your-own-course.md").is_file()

    said = ended(installed(bundle, tmp_path, laptop))
    assert "0 images loaded" in said.stdout, said.text

    said = lab(folder, laptop, "verify")
    assert said.status == 0, said.text
    assert "the same lab" in said.stdout
    manifest = tmp_path / "teacher.json"
    said = teacher.lab("verify", "--save", str(manifest), str(bundle))
    assert said.status == 0, said.text
    said = lab(folder, laptop, "verify", str(manifest))
    assert said.status == 0, said.text
    told = json.loads(manifest.read_text())
    told["images"]["dns"]["packages"]["nsd"] = "0"
    manifest.write_text(json.dumps(told))
    said = lab(folder, laptop, "verify", str(manifest))
    assert said.status == 1
    assert "image dns: nsd " in said.stdout

    try:
        said = lab(folder, laptop, "run", "tcp_connect")
        assert said.status == 0, said.text
        record = folder / "out" / "tcp_connect" / "ipv4" / "observation.json"
        versions = json.loads(record.read_text())["versions"]
        assert [name for name in versions if name.startswith("Image socketlab/server")]
        said = lab(folder, laptop, "verify", str(record.parent))
        assert said.status == 0, said.text
        assert "✔ server: " in said.stdout
        assert "the same lab" in said.stdout
    finally:
        assert lab(folder, laptop, "down").status == 0


def test_a_package_that_changed_is_named(
    bundle: Path, laptop: PrivateEngine, tmp_path: Path
) -> None:
    """An image of the same name that somebody has put another package into."""
    said = ended(installed(bundle, tmp_path, laptop))
    assert said.status == 0, said.text
    folder = tmp_path / "socketlab"
    with zipfile.ZipFile(bundle) as archive:
        tag = json.loads(archive.read("bundle.json"))["lab"]["images"]["dns"]["tag"]
    docker = ["docker", "-H", laptop.url]
    status = tmp_path / "status"
    host = subprocess.check_output([*docker, "create", tag], text=True).strip()
    subprocess.run([*docker, "cp", f"{host}:/var/lib/dpkg/status", str(status)], check=True)
    text = status.read_text()
    assert "Package: nsd\n" in text
    head, _, rest = text.partition("Package: nsd\n")
    before, _, after = rest.partition("Version: ")
    status.write_text(f"{head}Package: nsd\n{before}Version: 99-{after}")
    subprocess.run([*docker, "cp", str(status), f"{host}:/var/lib/dpkg/status"], check=True)
    subprocess.run([*docker, "commit", host, tag], check=True, capture_output=True)
    subprocess.run([*docker, "rm", "-f", host], check=True, capture_output=True)
    said = lab(folder, laptop, "verify")
    assert said.status == 1, said.text
    assert "✗ image dns: nsd 99-" in said.stdout
    said = ended(installed(bundle, tmp_path, laptop))
    assert "1 images loaded" in said.stdout, said.text
    assert lab(folder, laptop, "verify").status == 0


def test_two_bundles_of_one_lab_are_the_same_to_the_last_byte(
    bundle: Path, teacher: Clone, tmp_path: Path
) -> None:
    again = tmp_path / "again.pyz"
    said = teacher.lab("bundle", *HOSTS, "-o", str(again), within=900)
    assert said.status == 0, said.text
    assert again.read_bytes() == bundle.read_bytes()


def test_a_damaged_byte_is_refused_before_anything_is_written(
    bundle: Path, teacher: Clone, tmp_path: Path
) -> None:
    damaged = tmp_path / "lab.pyz"
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    into = tmp_path / "course"
    said = teacher.lab("install", str(damaged), "--into", str(into))
    assert said.status == 2
    assert said.is_clear("copy the bundle anew")
    assert not into.exists()
    damaged.write_bytes(content[: len(content) // 2])
    said = teacher.lab("install", str(damaged), "--into", str(into))
    assert said.status == 2
    assert said.is_clear("copy the bundle anew")


def test_a_class_fetches_it_at_once_in_parts(teacher: Clone, tmp_path: Path) -> None:
    bundle = tmp_path / "lab.pyz"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("filler", bytes(range(256)) * 4096)
        manifest = {"manifest": 1, "version": "0", "configuration": {}, "images": {}}
        about = {"bundle": 1, "files": {}, "images": [], "lab": manifest}
        archive.writestr("bundle.json", json.dumps(about))
    content = bundle.read_bytes()
    serving = teacher.start("serve-bundle", "--port", "0", "--address", "127.0.0.1", str(bundle))
    assert serving.stdout is not None
    board = [serving.stdout.readline() for _ in range(6)]
    at = next(line for line in board if line.startswith("curl")).split()[-1]
    assert any(line.startswith("word: ") for line in board)
    wrong: list[str] = []

    def fetch(number: int) -> None:
        middle = 1 + number * 1000
        found = b""
        for part in (f"bytes=0-{middle - 1}", f"bytes={middle}-"):
            asked = urllib.request.Request(at, headers={"Range": part})
            with urllib.request.urlopen(asked, timeout=120) as answer:
                if answer.status != 206:
                    wrong.append(f"status {answer.status}")
                found += answer.read()
        if found != content:
            wrong.append(f"{len(found)} bytes")

    fetchers = [threading.Thread(target=fetch, args=(number,)) for number in range(CLASS)]
    for each in fetchers:
        each.start()
    for each in fetchers:
        each.join()
    assert wrong == []
    assert serving.stderr is not None
    too_late = threading.Timer(PATIENCE, serving.kill)
    too_late.start()
    told = [serving.stderr.readline() for _ in range(CLASS)]
    too_late.cancel()
    assert [line for line in told if not line.endswith(" has it\n")] == []
    said = interrupt(serving)
    assert "Traceback" not in said.text
    assert "has it" not in said.text
