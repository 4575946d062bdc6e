"""The lab's name, settings and topology, and what is made of compose's complaints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from places import ROOT

from lab.errors import (
    ComposeFailed,
    EngineUnavailable,
    ImageUnavailable,
    LabError,
    NoSpace,
    PrefixTaken,
    UnknownName,
    UsageError,
)
from lab.hosts.docker.compose import command
from lab.hosts.docker.compose.command import failure
from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.hosts.docker.compose.env_file import read_settings, with_settings
from lab.hosts.docker.compose.file import Plan, addresses, topology, with_needs
from lab.hosts.docker.compose.identity import project_of
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.lock import held

COMPOSE = ComposeFile(ROOT)
OURS = COMPOSE.topology({})


def no_file(name: str) -> str:
    raise AssertionError(f"{name} is read")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMPOSE_PROJECT_NAME", "LAB_PREFIX", "LAB_PREFIX6"):
        monkeypatch.delenv(name, raising=False)


def test_each_address_of_the_plan_leads_to_its_host_also_where_it_is_down() -> None:
    found = addresses(
        COMPOSE.topology({"LAB_PREFIX": "10.99", "LAB_PREFIX6": "fd00:10:99"}).hosts.values()
    )
    assert found["10.99.0.20"] == found["fd00:10:99::20"] == "server"
    strange = Plan("odd", attached={"lan": ("no address", "FD00:0::1")})
    assert addresses([strange]) == {"fd00::1": "odd"}


def test_the_lab_has_the_three_hosts_of_its_topology() -> None:
    hosts = list(OURS.hosts.values())[:3]
    assert [host.name for host in hosts] == ["client", "server", "dns"]
    assert [host.image for host in hosts] == ["host", "server", "dns"]


def test_a_host_has_its_addresses_under_the_prefixes_that_are_set() -> None:
    found = COMPOSE.topology({"LAB_PREFIX": "10.99", "LAB_PREFIX6": "fd00:10:99"})
    assert found.hosts["router"].attached == {
        "lan": ("10.99.0.2", "fd00:10:99::2"),
        "middle": ("10.99.1.2", "fd00:10:99:1::2"),
    }
    assert found.networks["far"] == ("10.99.2.0/24", "fd00:10:99:2::/64")
    assert OURS.hosts["client"].attached["lan"] == ("10.77.0.10", "fd00:10:77::10")


@pytest.mark.parametrize(
    "text",
    [
        "services: {a: {labels: {socketlab.host: one}, profiles: [p], depends_on: [two, three]}}",
        """services:
             a:
               labels:
                 socketlab.host: one
               profiles:
                 - p
               depends_on: {two: {}, three: {}}
             # b: {labels: {socketlab.host: ghost}}
             c: {image: "somebody/elses"}""",
    ],
)
def test_a_host_may_be_written_in_all_of_yamls_ways(text: str) -> None:
    assert topology(text, {}, no_file).hosts == {
        "one": Plan("one", "host", ("p",), ("two", "three"))
    }


@pytest.mark.parametrize("text", ["", "- a list", "networks: 5", "services: {a: {}, b: }"])
def test_a_file_of_another_form_has_no_hosts(text: str) -> None:
    found = topology(text, {}, no_file)
    assert (found.hosts, found.networks) == ({}, {})


def test_the_place_in_a_file_that_is_no_yaml_is_told() -> None:
    with pytest.raises(ComposeFailed, match=r"in compose\.yaml, line 3"):
        topology("services:\n - a:\n   x\n  b", {}, no_file)


def test_two_clones_have_two_labs(tmp_path: Path) -> None:
    assert project_of(tmp_path / "one") != project_of(tmp_path / "two")


@pytest.mark.parametrize("name", ["mine", "2_labs-of-mine", "a" * 50])
def test_the_user_can_name_the_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", name)
    assert Lab(tmp_path).project == name


@pytest.mark.parametrize(
    "name", ["Mine", "übung", "-mine", "_mine", ".mine", "my.lab", "my lab", " ", "x\n", "a" * 51]
)
def test_a_name_that_compose_would_change_or_refuse_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", name)
    with pytest.raises(UsageError, match=r"is no name of a project.*\nTry: COMPOSE_PROJECT_NAME="):
        Lab(tmp_path)


@pytest.mark.parametrize("folder", ["Clone", "Übung 1", "-clone", ".clone", "a" * 200])
def test_the_folder_of_a_clone_may_have_any_name(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    assert re.fullmatch("socketlab-[0-9a-f]{6}", Lab(tmp_path / folder).project)


def test_the_clone_reached_through_a_link_is_the_same_lab(tmp_path: Path) -> None:
    (tmp_path / "clone").mkdir()
    (tmp_path / "link").symlink_to("clone")
    assert project_of(tmp_path / "link") == project_of(tmp_path / "clone")


def test_the_prefixes_kept_by_this_clone_are_its_own(tmp_path: Path) -> None:
    kept = {
        "COMPOSE_PROJECT_NAME": project_of(tmp_path),
        "LAB_PREFIX": "10.99",
        "LAB_PREFIX6": "fd00:10:99",
    }
    (tmp_path / ".env").write_text(with_settings("", kept))
    lab = Lab(tmp_path)
    assert (lab.prefix, lab.prefix6) == ("10.99", "fd00:10:99")


def test_the_prefixes_that_came_with_a_copied_clone_are_not_its_own(tmp_path: Path) -> None:
    kept = {"COMPOSE_PROJECT_NAME": "another", "LAB_PREFIX": "10.99", "LAB_PREFIX6": "fd00:1:9"}
    (tmp_path / ".env").write_text(with_settings("", kept))
    assert Lab(tmp_path).prefix == "10.77"


def test_the_users_own_settings_stay_when_the_lab_writes_its_own() -> None:
    text = "# mine\nEDITOR=vi\nLAB_PREFIX=10.1\n"
    after = with_settings(text, {"LAB_PREFIX": "10.2"})
    assert after == "# mine\nEDITOR=vi\nLAB_PREFIX=10.2\n"
    assert read_settings(after) == {"EDITOR": "vi", "LAB_PREFIX": "10.2"}


def test_the_folder_that_is_no_clone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ComposeFailed, match=r"compose\.yaml"):
        _ = Lab(tmp_path).hosts


def test_the_host_that_is_unknown_is_refused_before_the_engine_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    with pytest.raises(UnknownName, match="nosuch"):
        Lab(ROOT).up(["nosuch"])


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ("Pool overlaps with other one on this address space", PrefixTaken),
        ("write /var/lib/docker/x: no space left on device", NoSpace),
        ("Cannot connect to the Docker daemon at unix:///x. Is it running?", EngineUnavailable),
        ("Couldn't connect to Docker daemon at http+docker://localhost", EngineUnavailable),
        ("permission denied while trying to connect to docker.sock", EngineUnavailable),
        ("Error response from daemon: No such image: socketlab/dns:latest", ImageUnavailable),
        ("yaml: line 39: did not find expected key", ComposeFailed),
        ("services.server Additional property hostnme is not allowed", ComposeFailed),
        ("something new", ComposeFailed),
    ],
)
def test_the_complaints_of_compose_become_the_labs_own_errors(
    output: str, kind: type[LabError]
) -> None:
    error = failure("bringing the lab up", f"Creating x ... \n{output}\n", 1)
    assert type(error) is kind
    assert output in error.seen
    assert error.advice


def test_the_progress_of_compose_is_no_part_of_the_complaint() -> None:
    error = failure("up", 'Creating network "x"\nCreating y ... \nCreating y ... done\nbad\n', 1)
    assert error.seen == "bad"


def test_the_compose_that_fails_in_silence_is_reported_with_its_status() -> None:
    assert "17" in failure("up", "", 17).seen


def test_only_the_pair_and_the_name_server_are_there_without_being_asked_for() -> None:
    assert [name for name, plan in OURS.hosts.items() if not plan.profiles] == [
        "client",
        "server",
        "dns",
    ]


def test_a_host_behind_routers_is_brought_up_with_them() -> None:
    assert with_needs(["client", "remote"], OURS.hosts) == ["client", "router", "router2", "remote"]


def test_hosts_that_need_each_other_do_not_go_round_for_ever() -> None:
    known = {"a": Plan("a", needs=("b",)), "b": Plan("b", needs=("a",))}
    assert with_needs(["a"], known) == ["b", "a"]


def test_a_host_that_nobody_knows_is_left_for_the_error_to_name() -> None:
    assert with_needs(["nosuch"], {}) == ["nosuch"]


def test_a_host_that_the_engine_s_machine_refuses_to_start_is_no_mistake_in_compose_yaml() -> None:
    output = (
        "Error response from daemon: OCI runtime create failed: write sysctl key"
        " net.ipv4.ping_group_range: invalid argument"
    )
    error = failure("bringing the lab up", output, 1)
    assert "mend compose.yaml" not in error.advice
    assert "engine" in error.advice


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the only folder in which programs are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(command.CHOICE, raising=False)
    command.find.cache_clear()
    yield tmp_path
    command.find.cache_clear()


def write_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_compose_1_that_does_not_run_is_not_used(programs: Path) -> None:
    write_program(programs / "docker", "exit 1")
    write_program(programs / "docker-compose", "echo No module named distutils >&2; exit 1")
    with pytest.raises(ComposeFailed, match="docker-compose"):
        command.find()
    write_program(programs / "docker-compose", "echo 1.29.2")
    assert command.find() == ("docker-compose",)
    command.find.cache_clear()
    write_program(programs / "docker", "echo 2.40.3")
    assert command.find() == ("docker", "compose")


def test_compose_gets_a_permit_for_each_host_and_one_for_its_container(
    tmp_path: Path,
) -> None:
    program = tmp_path / "compose"
    write_program(program, 'echo "$COMPOSE_PARALLEL_LIMIT"')
    hosts = [f"host{number}" for number in range(100)]
    with held(tmp_path, "up", 1.0, "nobody") as lock:
        said = command.run([str(program), "up", *hosts], tmp_path, {}, "bringing it up", lock)
    assert int(said) >= 2 * len(hosts)


@pytest.mark.parametrize(("python", "is_asked"), [("python3.11", False), ("python3.12", True)])
def test_a_compose_1_on_a_python_that_has_all_it_needs_is_not_asked(
    programs: Path, python: str, is_asked: bool
) -> None:
    write_program(programs / "docker", "exit 1")
    (programs / "python3").symlink_to(programs / python)
    write_program(programs / python, f"/usr/bin/touch {programs}/asked; echo 1.29.2")
    (programs / "docker-compose").write_text(f"#!{programs}/python3\n")
    (programs / "docker-compose").chmod(0o755)
    assert command.find() == ("docker-compose",)
    assert (programs / "asked").exists() is is_asked


def test_every_host_has_the_same_limit_on_open_files_on_every_engine() -> None:
    document = yaml.safe_load((ROOT / "images" / "hosts.yaml").read_text(encoding="utf-8"))
    limits = [service.get("ulimits") for service in document["services"].values()]
    assert limits == [{"nofile": {"soft": 1024, "hard": 4096}}] * len(limits)
