"""What of a folder its hosts get: a program's own files, those that are named, and no more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lab import Command, Program, Scenario
from lab.errors import ScenarioInvalid
from lab.scenario.files import Files, files_of


def write(folder: Path, **files: str) -> None:
    """Write files; a double underscore in a name stands for a slash."""
    for name, text in files.items():
        *folders, last = name.split("__")
        path = folder.joinpath(*folders, f"{last}.py" if "." not in last else last)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def brought(folder: Path, program: str = "client.py") -> set[str]:
    return set(Files("client", folder).of_program(program))


def test_hosts_get_the_programs_and_not_the_teacher_s_side(tmp_path: Path) -> None:
    for name in ("client.py", "scenario.py", "breaks.py", "README.md", ".hidden"):
        (tmp_path / name).write_text(name)
    assert files_of(tmp_path) == {"client.py": b"client.py"}


def test_folders_are_kept_and_hidden_ones_left_out(tmp_path: Path) -> None:
    for folder in ("www/img", "__pycache__", ".git"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a b.bin").write_bytes(b"\0\xff")
    assert files_of(tmp_path) == {"www/img/a b.bin": b"\0\xff"}


def test_an_empty_folder_has_nothing_to_give(tmp_path: Path) -> None:
    assert files_of(tmp_path) == {}


def test_files_larger_than_a_lesson_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large.py").open("wb") as file:
        file.truncate(1 << 40)
    for read in (files_of, lambda folder: Files("client", folder).of_program("large.py")):
        with pytest.raises(ScenarioInvalid, match="1048576 MB, and at most 8 MB are allowed"):
            read(tmp_path)


def test_a_program_comes_without_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path, client="import socket", server="", scenario="", breaks="")
    assert brought(tmp_path) == {"client.py"}


def test_a_program_comes_with_the_modules_that_it_imports_and_what_they_import(
    tmp_path: Path,
) -> None:
    write(tmp_path, client="def f():\n    from common import say", common="import deeper, os")
    write(tmp_path, deeper="import client, common, missing", other="")
    assert brought(tmp_path) == {"client.py", "common.py", "deeper.py"}


def test_a_package_comes_whole_and_is_not_empty(tmp_path: Path) -> None:
    write(tmp_path, client="from talk.words import GREETING", talk__words="from . import data")
    (tmp_path / "talk" / "__init__.py").write_text("import helper")
    (tmp_path / "talk" / "data.txt").write_text("hello")
    write(tmp_path, helper="")
    package = {"talk/__init__.py", "talk/words.py", "talk/data.txt"}
    assert brought(tmp_path) == {"client.py", "helper.py", *package}


def test_a_folder_is_no_module_of_python_s(tmp_path: Path) -> None:
    write(tmp_path, client="import site", site__index="")
    assert brought(tmp_path) == {"client.py"}


def test_a_program_in_a_folder_finds_its_modules_there(tmp_path: Path) -> None:
    write(tmp_path, part__client="import common", part__common="", common="")
    assert brought(tmp_path, "part/client.py") == {"part/client.py", "part/common.py"}


@pytest.mark.parametrize("source", ["import scenario, breaks", "from scenario import answers"])
def test_the_teacher_s_side_stays_away_even_if_it_is_imported(tmp_path: Path, source: str) -> None:
    write(tmp_path, client=source, scenario="answers = 1", breaks="")
    assert brought(tmp_path) == {"client.py"}


@pytest.mark.parametrize("source", ["def", "\0", "(" * 500, "\ufeffimport common"])
def test_what_is_no_source_is_for_python_to_refuse(tmp_path: Path, source: str) -> None:
    write(tmp_path, client=source)
    assert brought(tmp_path) == {"client.py"}


def test_an_edited_file_counts_as_it_reads_then(tmp_path: Path) -> None:
    write(tmp_path, client="", common="")
    files = Files("client", tmp_path, replaced={"client.py": b"import common"})
    assert files.of_program("client.py") == {"client.py": b"import common", "common.py": b""}


@pytest.mark.parametrize("name", ["scenario.py", "breaks.py", "README.md", "./scenario.py"])
def test_the_teacher_s_side_cannot_be_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(ScenarioInvalid, match=r"client is to have .*it is the teacher's"):
        Files("client", tmp_path).named([name])
    with pytest.raises(ScenarioInvalid, match=r"client is to run .*it is the teacher's"):
        Files("client", tmp_path).of_program(name)


@pytest.mark.parametrize("name", ["link.py", "pipe.py", "gone.py", "../out.py", "to/out.py"])
def test_links_and_pipes_are_refused_by_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "out.py").write_text("secret")
    (folder / "link.py").symlink_to(tmp_path / "out.py")
    (folder / "to").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.py")
    for ask in (Files("client", folder).of_program, lambda one: Files("x", folder).named([one])):
        with pytest.raises(ScenarioInvalid, match=f"{name}, and .*(link|plain|no such|outside)"):
            ask(name)
    (folder / "client.py").write_text("import link, pipe, to")
    assert brought(folder) == {"client.py"}
    assert files_of(folder) == {"client.py": b"import link, pipe, to"}


def test_a_program_that_python_takes_for_a_module_of_its_own_is_refused_by_name(
    tmp_path: Path,
) -> None:
    write(tmp_path, socket="import socket", client="import socket")
    for program in ("socket.py", "client.py"):
        with pytest.raises(ScenarioInvalid, match=r"imports socket(.|\n)*socket\.py another"):
            brought(tmp_path, program)


def test_where_nothing_is_the_teacher_s_each_name_will_do(tmp_path: Path) -> None:
    write(tmp_path, scenario="import breaks", breaks="", __main__="")
    for name in ("__main__.py", ".x.py"):
        (tmp_path / name).write_text("")
    files = Files("client", tmp_path, frozenset())
    assert set(files.of_program("scenario.py")) == {"scenario.py", "breaks.py"}
    assert set(files.of_program("__main__.py")) == {"__main__.py"}
    assert set(files.of_program(".x.py")) == {".x.py"}


def test_a_host_gets_the_files_and_folders_that_the_scenario_names(tmp_path: Path) -> None:
    write(tmp_path, client="", site__index="<p>", site__img__logo="")
    (tmp_path / "a.txt").write_text("a")
    files = Files("client", tmp_path, replaced={"site/index.py": b"edited"})
    assert files.named(["a.txt", "site"]) == {
        "a.txt": b"a",
        "site/index.py": b"edited",
        "site/img/logo.py": b"",
    }


def test_a_scenario_gives_files_to_hosts_and_programs_to_the_host_called_files() -> None:
    program = Program("client.py")
    plain = Scenario(client=program, files={"client": "a.txt"})
    assert (plain.hosts, plain.files) == (("client",), {"client": ("a.txt",)})
    served = Scenario(client=program, files=Command("true"))
    assert (served.hosts, served.files) == (("client", "files"), {})


def test_files_for_a_host_that_does_not_take_part_are_told(tmp_path: Path) -> None:
    (tmp_path / "client.py").touch()
    scenario = Scenario(client=Program("client.py"), files={"server": "client.py"})
    with pytest.raises(ScenarioInvalid, match="'server', which does not take part"):
        scenario.placed(tmp_path).check(["client", "server"])


@pytest.mark.parametrize("kept", ["client.py", "copy.txt"])
def test_a_file_that_the_lab_brings_cannot_be_kept(tmp_path: Path, kept: str) -> None:
    (tmp_path / "client.py").touch()
    (tmp_path / "copy.txt").touch()
    scenario = Scenario(client=Program("client.py", keeps=kept), files={"client": "copy.txt"})
    with pytest.raises(ScenarioInvalid, match=f"{kept} is a file that its host gets from the lab"):
        scenario.placed(tmp_path).check(["client"])
