"""What a teacher writes in scenario.py: what it means, and what is said where it means nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import Command, Family, Program, Scenario, Tcp, Udp
from lab.errors import ScenarioInvalid

ADDRESSES = {"server": "10.77.0.20", "client": "10.77.0.10"}


def test_a_file_is_run_by_python_and_a_command_by_its_name() -> None:
    file, command = Program("client.py", "server", 15000), Command("ping", "-c", 3, "server")
    assert file.argv({}, Family.IPV4) == ["python3", "-u", "client.py", "server", "15000"]
    assert command.argv({}, Family.IPV4) == ["ping", "-c", "3", "server"]
    assert (file.name, command.name) == ("client.py", "ping")


def test_a_file_s_name_is_never_read_as_options_of_python() -> None:
    assert Program("-c.py").argv({}, Family.IPV4) == ["python3", "-u", "./-c.py"]


def test_braces_stand_for_addresses_and_the_version_and_others_stay_as_they_are() -> None:
    program = Program("client.py", "{server}:{version}", "{nobody} {} {a b}")
    assert program.argv(ADDRESSES, Family.IPV4)[3:] == ["10.77.0.20:4", "{nobody} {} {a b}"]
    assert program.argv(ADDRESSES, Family.IPV6)[3] == "10.77.0.20:6"


@given(st.lists(st.text()))
def test_arguments_without_braces_reach_the_program_unchanged(arguments: list[str]) -> None:
    plain = [word.replace("{", "(") for word in arguments]
    assert Program("client.py", *plain).argv(ADDRESSES, Family.IPV4)[3:] == plain


def test_one_service_is_as_good_as_a_list_of_one() -> None:
    assert Program("a.py", listens_on=Tcp(1)) == Program("a.py", listens_on=[Tcp(1)])
    assert Program("a.py", listens_on=(Tcp(1), Udp(1))).listens_on == (Tcp(1), Udp(1))


@pytest.mark.parametrize("given", [15000, "tcp", [15000], None])
def test_a_bare_port_is_no_service_and_the_error_says_what_is(given: Any) -> None:
    with pytest.raises(ScenarioInvalid, match=r"server\.py.*\n.*listens_on=Tcp\(15000\)"):
        Program("server.py", listens_on=given)


@pytest.mark.parametrize("given", [True, False, 1, 255, "SIGKILL", "OSError", "ssl.SSLError"])
def test_a_scenario_says_how_a_program_fails(given: Any) -> None:
    assert Program("client.py", fails=given).fails is given


@pytest.mark.parametrize("given", [0, -9, 256, "SIGKIL", "", "no such file", None, 1.5])
def test_a_failure_that_there_cannot_be_is_refused(given: Any) -> None:
    with pytest.raises(ScenarioInvalid, match=r"fails is .*\n.*fails=True"):
        Program("client.py", fails=given)


@pytest.mark.parametrize("given", ["client.py", ["client.py"], None, 5])
def test_a_file_s_name_is_no_program_and_the_error_says_how_to_make_one(given: Any) -> None:
    with pytest.raises(ScenarioInvalid, match=r'host client.*\n.*Program\("client\.py"\)'):
        Scenario(client=given)


def test_the_name_of_a_host_is_no_list_of_hosts() -> None:
    with pytest.raises(ScenarioInvalid, match=r"hosts=\['client'\]"):
        Scenario(hosts="client", steps=print)


def test_a_scenario_without_hosts_is_none() -> None:
    with pytest.raises(ScenarioInvalid, match="names no host"):
        Scenario()


def test_hosts_without_programs_need_steps() -> None:
    with pytest.raises(ScenarioInvalid, match="client, server but runs nothing"):
        Scenario(hosts=["client", "server"])
    assert Scenario(hosts=["client"], steps=print).hosts == ("client",)


def test_hosts_take_part_once_each_those_with_programs_first() -> None:
    scenario = Scenario(hosts=["dns", "client"], client=Program("a.py"), server=[Program("b.py")])
    assert scenario.hosts == ("client", "server", "dns")
    assert scenario.programs["server"] == (Program("b.py"),)
    assert scenario.families == (Family.IPV4, Family.IPV6)


def test_a_scenario_is_called_as_its_folder_unless_it_is_given_a_name(tmp_path: Path) -> None:
    scenario = Scenario(client=Program("a.py"))
    placed = scenario.placed(tmp_path / "hello", "Hello: it greets")
    assert (placed.name, placed.summary) == ("hello", "Hello: it greets")
    assert scenario.placed(tmp_path, name="a and b").name == "a and b"
    assert scenario.name == ""


def test_a_host_that_the_lab_has_not_is_told_with_those_that_it_has(tmp_path: Path) -> None:
    scenario = Scenario(hosts=["router"], steps=print).placed(tmp_path)
    with pytest.raises(ScenarioInvalid, match=r"'router'.*\nTry: one of client, server"):
        scenario.check(["server", "client"])


def test_a_program_whose_file_is_not_in_the_folder_is_told(tmp_path: Path) -> None:
    scenario = Scenario(client=Program("client.py")).placed(tmp_path)
    with pytest.raises(ScenarioInvalid, match=r"client is to run client\.py.*no such file"):
        scenario.check(["client"])
    (tmp_path / "client.py").touch()
    scenario.check(["client"])


def test_a_command_needs_no_file(tmp_path: Path) -> None:
    Scenario(client=Command("ping")).placed(tmp_path).check(["client"])


def test_a_program_is_called_by_its_file_or_as_the_scenario_says() -> None:
    named = Command("ping", "server", name="there")
    assert (named.name, named.file) == ("there", "ping")
    assert Program("client.py").named("first") == Program("client.py", name="first")
    assert named.replaced_words(["true"]).name == "there"


def test_a_scenario_s_deadline_holds_for_programs_without_their_own() -> None:
    scenario = Scenario(client=Program("client.py"), deadline=30)
    assert (scenario.deadline, scenario.programs["client"][0].deadline) == (30, None)
    assert Scenario(client=Program("client.py")).deadline == 10


def test_a_program_of_which_nobody_knows_the_port_is_a_server_all_the_same() -> None:
    anywhere = Program("server.py", listens_on="any")
    assert (anywhere.is_server, anywhere.listens_on, anywhere.finds_port) == (True, (), True)
    assert anywhere.promising([Tcp(80)]).finds_port is False
    client = Program("client.py", "{server.port}", "{nobody.port}")
    assert client.argv({"server.port": "80"}, Family.IPV4)[3:] == ["80", "{nobody.port}"]


@pytest.mark.parametrize("wrong", [{"typed": ["a\nb"]}, {"typed": "a", "stdin": "b"}])
def test_what_cannot_be_typed_is_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(ScenarioInvalid, match="typed"):
        Program("client.py", **wrong)
