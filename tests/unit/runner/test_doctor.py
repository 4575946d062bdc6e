"""The doctor's verdicts on what it sees."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from places import ROOT

from lab.hosts.docker.apt import release_ids
from lab.hosts.docker.compose.apart import Apart
from lab.runner import doctor, engine_checks
from lab.runner.check import State
from lab.runner.faults import By


def test_a_kernel_that_cannot_lose_packets_is_a_warning_and_not_a_failure() -> None:
    assert doctor.faults(available=False).state is State.WARN
    assert doctor.faults(available=True).state is State.OK


def test_the_kernel_that_does_not_tell_is_not_said_to_be_unable() -> None:
    unknown = doctor.faults(available=None)
    assert unknown.state is State.WARN
    assert unknown.seen != doctor.faults(available=False).seen


def test_what_was_tried_on_a_host_outdoes_what_the_kernel_seems_to_have() -> None:
    check = doctor.faults(available=True, tried={"netem": "", "relay": "no NFQUEUE"})
    assert check.state is State.WARN
    assert check.seen == "netem, as was tried; no relay (no NFQUEUE)"
    check = doctor.faults(available=None, tried={"netem": "unknown qdisc", "relay": ""})
    assert check.state is State.OK
    assert check.seen == "relay, as was tried; no netem (unknown qdisc)"


def test_the_forwarder_does_all_that_the_relay_does() -> None:
    tried = {"netem": "unknown qdisc", "relay": "no NFQUEUE", "forwarder": ""}
    check = doctor.faults(available=False, tried=cast(dict[By, str], tried))
    assert check.state is State.OK
    said = "forwarder, as was tried; no netem (unknown qdisc); no relay (no NFQUEUE)"
    assert check.seen == said


def test_a_host_that_could_not_be_closed_is_named() -> None:
    ready = "socketlab: ready"
    assert doctor.closed({}).state is State.OK
    assert doctor.closed({"client": ready}).state is State.OK
    words = f"socketlab: open: ip6tables has no rules that close this host\n{ready}"
    check = doctor.closed({"client": ready, "server": words})
    assert check.state is State.WARN
    assert check.seen == "packets of programs can leave server: no rules of ip6tables"


def test_the_switch_of_ipv6_is_read(tmp_path: Path) -> None:
    switch = tmp_path / "disable_ipv6"
    switch.write_text("0\n")
    assert doctor.ipv6(switch).state is State.OK
    switch.write_text("1\n")
    assert doctor.ipv6(switch).state is State.WARN
    assert doctor.ipv6(tmp_path / "none").state is State.FAIL


def test_the_machine_on_the_labs_networks_is_told_with_the_reason() -> None:
    assert engine_checks.off([], None).state is State.OK
    assert engine_checks.off(["a"], Apart(["a"])).state is State.OK
    for done in (None, Apart([]), Apart(["b"]), Apart(["a"], "no filter")):
        assert engine_checks.off(["a"], done).state is State.WARN
    assert "no filter" in engine_checks.off(["a"], Apart(["a"], "no filter")).seen


def test_every_verdict_but_a_good_one_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    checks = doctor.examine(ROOT)
    assert [check.name for check in checks] == [
        "engine",
        "docker command",
        "compose",
        "architecture",
        "disk",
        "base image",
        "IPv6",
        "bridges",
        "capture",
        "faults",
        "closed hosts",
        "machine",
        "addresses",
        "other labs",
    ]
    assert checks[0].state is State.FAIL
    assert all(check.advice for check in checks if check.state is not State.OK)


def test_the_system_and_those_that_it_is_like_are_read() -> None:
    text = 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="21"\n'
    assert release_ids(text) == {"linuxmint", "ubuntu", "debian"}
