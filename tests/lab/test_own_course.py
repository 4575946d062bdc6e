"""A course of one's own, with the lab installed from its wheel: no clone is anywhere near."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_clone import ROOT, Clone
from topologies import TOPOLOGIES, compose

PACKED = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "docs/lab.1")
"""What a wheel is built from, beside lab/ and images/."""

DOCUMENT = (ROOT / "docs" / "topologies.md").read_text(encoding="utf-8")
MAPS = dict(re.findall(r"^## (.+?)\n.*?^```text\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder into which the lab's wheel is installed."""
    source, made, site = (tmp_path_factory.mktemp(name) for name in ("source", "made", "site"))
    for name in ("lab", "images"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in PACKED:
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(made), str(source)], check=True)
    (wheel,) = made.glob("socketlab-*.whl")
    install = [*pip, "install", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True)
    return site


def begun(installed: Path, folder: Path) -> Iterator[Clone]:
    """Give a course that lab init has made in an empty folder, and take it down."""
    said = Clone(folder, {"PYTHONPATH": str(installed)}).lab("init", "my-course")
    assert said.status == 0, said.text
    made = Clone(folder / "my-course", {"PYTHONPATH": str(installed)})
    yield made
    assert made.lab("down").status == 0


@pytest.fixture
def course(installed: Path, tmp_path: Path) -> Iterator[Clone]:
    """Give a course of one's own, whose compose.yaml may be changed."""
    yield from begun(installed, tmp_path)


@pytest.fixture(scope="module")
def new_course(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Give a course as lab init has made it."""
    yield from begun(installed, tmp_path_factory.mktemp("course"))


def test_a_new_course_runs_proves_and_writes_pages_without_a_clone(new_course: Clone) -> None:
    said = new_course.lab("run", "--story")
    assert said.status == 0, said.text
    assert "✔ the client hears its own word" in said.stdout
    assert "SYN ACK" in said.stdout
    assert (new_course.root / "out" / "echo" / "ipv6" / "page.html").is_file()
    said = new_course.lab("prove")
    assert said.status == 0, said.text
    assert "6 of 6 broken runs noticed, 5 expectations: all proved" in said.stdout
    echo = new_course.root / "scenarios" / "echo"
    said = new_course.lab("try", f"{echo}/server.py", f"{echo}/client.py")
    assert said.status == 0, said.text
    said = new_course.lab("grade", "echo", str(echo))
    assert said.status == 0, said.text


def test_a_course_is_as_red_as_a_clone(new_course: Clone) -> None:
    scenario = new_course.scenario("red")
    shutil.copytree(new_course.root / "scenarios" / "echo", scenario, dirs_exist_ok=True)
    client = scenario / "client.py"
    client.write_text(client.read_text().replace("hello", "hallo"))
    said = new_course.lab("run", "red", "--ipv4")
    shutil.rmtree(scenario)
    assert said.status == 1, said.text
    assert "✗" in said.stdout


def test_pytest_judges_the_scenarios_of_a_course(new_course: Clone) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "scenarios"],
        cwd=new_course.root,
        env=new_course.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout


def test_an_image_of_ones_own_stands_on_the_labs(course: Clone) -> None:
    folder = course.root / "images" / "my-host"
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text(
        "ARG BASE=socketlab/host:latest\nFROM ${BASE}\nRUN echo ours >/etc/ours\n"
    )
    course.edit(
        "compose.yaml",
        "    hostname: client\n",
        "    hostname: client\n    image: socketlab/my-host:${LAB_IMAGE_MY_HOST:-latest}\n",
    )
    assert course.lab("up").status == 0
    assert course.lab("exec", "client", "cat", "/etc/ours").stdout == "ours\n"


def test_a_scenario_elsewhere_runs_on_the_hosts_of_this_course(
    new_course: Clone, tmp_path: Path
) -> None:
    there = tmp_path / "my_echo"
    shutil.copytree(new_course.root / "scenarios" / "echo", there)
    for words in (
        ("run", "--ipv4"),
        ("judge",),
        ("step", "--ipv4"),
        ("grade", "--ipv4", "--again", "--only", "client.py", str(there)),
        ("lesson", "--kept", "--write"),
        ("prove", "--kept"),
    ):
        said = new_course.lab(*words, str(there))
        assert said.status == 0, f"{words}: {said.text}"
    assert (new_course.root / "out" / "my_echo" / "step" / "steps.html").is_file()
    assert (new_course.root / "out" / "grades" / "my_echo" / "grades.html").is_file()
    assert "SYN ACK" in (there / "README.md").read_text()
    assert (new_course.root / "out" / "my_echo" / "ipv4" / "page.html").is_file()
    assert "SYN ACK" in new_course.lab("story", str(there)).stdout


def test_two_courses_are_up_side_by_side_and_a_path_says_which(
    installed: Path, new_course: Clone, tmp_path: Path
) -> None:
    for other in begun(installed, tmp_path):
        assert new_course.lab("up").status == 0
        said = new_course.lab("run", str(other.root / "scenarios" / "echo"), "--ipv4")
        assert said.status == 0, said.text
        assert (other.root / "out" / "echo" / "ipv4" / "page.html").is_file()
        assert new_course.ids("running").keys() == other.ids("running").keys()
        assert new_course.project != other.project
        both = [each.start("run", "echo", "--ipv4") for each in (new_course, other)]
        for process in both:
            said_by = "".join(process.communicate(timeout=300))
            assert process.returncode == 0, said_by
        assert other.lab("down").status == 0
        assert new_course.lab("run", "echo", "--ipv4").status == 0


def test_a_folder_that_is_not_empty_is_left_as_it_is(new_course: Clone) -> None:
    before = (new_course.root / "compose.yaml").read_text()
    said = new_course.lab("init", str(new_course.root))
    assert said.status == 2
    assert said.is_clear("not empty")
    assert (new_course.root / "compose.yaml").read_text() == before


def test_outside_of_every_course_it_is_said_how_to_begin_one(
    installed: Path, tmp_path: Path
) -> None:
    said = Clone(tmp_path, {"PYTHONPATH": str(installed)}).lab("run")
    assert said.status == 2
    assert said.is_clear("lab init my-course")


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_hosts_of_a_topology_reach_each_other_by_name(course: Clone, name: str) -> None:
    wanted = TOPOLOGIES[name]
    (course.root / "compose.yaml").write_text(compose(wanted))
    assert course.lab("map").stdout == MAPS[name], "docs/topologies.md shows another map"
    said = course.lab("up")
    assert said.status == 0, said.text
    for version in ("-4", "-6"):
        for (one, other), routers in wanted.reach.items():
            trace = ("traceroute", version, "-n", "-q", "1", "-w", "2", "-m", "9", other)
            said = course.lab("exec", one, *trace)
            hops = said.stdout.strip().splitlines()[1:]
            assert len(hops) == routers + 1, f"{one} to {other}: {said.text}"
            assert "*" not in hops[-1], said.text
        for one, other in wanted.apart:
            said = course.lab("exec", one, "ping", version, "-c", "1", "-W", "1", other)
            assert said.status != 0, f"{one} reaches {other}: {said.text}"
