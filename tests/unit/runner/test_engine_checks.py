"""What the doctor makes of what engines tell of themselves, and of the machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lab.hosts.docker.engine.client import EngineClient, Known
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.runner import engine_checks
from lab.runner.check import State
from lab.runner.engine_checks import Kind

DOCKER: Known = {
    "Version": "28.5.2",
    "ApiVersion": "1.51",
    "MinAPIVersion": "1.24",
    "Components": [{"Name": "Engine"}],
}
PODMAN: Known = {**DOCKER, "Version": "5.4.2", "Components": [{"Name": "Podman Engine"}]}
ROOTLESS: Known = {"Driver": "overlay2", "SecurityOptions": ["name=seccomp", "name=rootless"]}
ROOTFUL: Known = {"Driver": "overlay2", "SecurityOptions": ["name=seccomp"]}
DESKTOP: Known = {**ROOTFUL, "OperatingSystem": "Docker Desktop"}


class Told(EngineClient):
    """A client that knows what its engine would tell."""

    def __init__(self, version: Known, info: Known) -> None:
        super().__init__(Endpoint("unix:///nowhere"), "1.45")
        self._told = version, info

    def version(self) -> Known:
        return self._told[0]

    def info(self) -> Known:
        return self._told[1]


def test_the_kind_of_an_engine_is_as_it_tells_of_itself() -> None:
    assert engine_checks.kind(DOCKER, ROOTFUL) is Kind.DOCKER
    assert engine_checks.kind(DOCKER, DESKTOP) is Kind.DESKTOP
    assert engine_checks.kind(PODMAN, ROOTFUL) is Kind.PODMAN


def test_the_engine_is_told_with_its_apis_its_store_and_its_firewall() -> None:
    info = {**ROOTLESS, "FirewallBackend": {"Driver": "nftables"}}
    assert engine_checks.described(DOCKER, info, "1.45") == (
        "rootless Docker 28.5.2, API 1.45 (it takes 1.24 to 1.51), images in overlay2,"
        " firewall nftables"
    )


def test_podman_works_but_is_told_of() -> None:
    check = engine_checks.engine_found(Told(PODMAN, ROOTFUL), None)
    assert check.state is State.WARN
    assert "Podman 5.4.2" in check.seen
    assert engine_checks.engine_found(Told(DOCKER, ROOTFUL), None).state is State.OK


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the only folder in which programs are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def write_docker(folder: Path, told: dict[str, Any], status: int = 0) -> None:
    (folder / "docker").write_text(f"#!/bin/sh\necho '{json.dumps(told)}'\nexit {status}\n")
    (folder / "docker").chmod(0o755)


def test_without_docker_s_command_no_host_can_be_reached(docker: Path) -> None:
    check = engine_checks.command(Told(DOCKER, ROOTFUL))
    assert check.state is not State.OK
    assert check.advice


def test_a_docker_command_too_old_for_its_engine_is_told_of_even_as_that_refuses_it(
    docker: Path,
) -> None:
    write_docker(docker, {"Version": "20.10.24", "DefaultAPIVersion": "1.41"}, status=1)
    newer = Told({**DOCKER, "MinAPIVersion": "1.44"}, ROOTFUL)
    check = engine_checks.command(newer)
    assert check.state is State.FAIL
    assert "1.41" in check.seen
    assert "1.44" in check.seen
    assert engine_checks.command(Told(DOCKER, ROOTFUL)).state is State.OK


def write_switches(folder: Path, value: str) -> Path:
    for name in engine_checks.BRIDGED:
        (folder / name).write_text(f"{value}\n")
    return folder


def test_the_firewall_that_sees_what_crosses_a_bridge_is_told_of(tmp_path: Path) -> None:
    client = Told(DOCKER, ROOTFUL)
    check = engine_checks.bridges(client, write_switches(tmp_path, "1"))
    assert check.state is State.WARN
    assert "net.bridge.bridge-nf-call-ip6tables=0" in check.advice
    assert engine_checks.bridges(client, write_switches(tmp_path, "0")).state is State.OK
    assert engine_checks.bridges(client, tmp_path / "none").state is State.OK


@pytest.mark.parametrize("info", [ROOTLESS, DESKTOP])
def test_the_bridges_of_an_engine_with_a_network_of_its_own_are_not_looked_at_here(
    info: Known, tmp_path: Path
) -> None:
    check = engine_checks.bridges(Told(DOCKER, info), write_switches(tmp_path, "1"))
    assert check.state is State.OK
    assert "cannot be looked at" in check.seen


def test_the_bridges_of_rootless_podman_are_seen_by_its_firewall_where_a_kernel_can(
    tmp_path: Path,
) -> None:
    podman = Told(PODMAN, ROOTLESS)
    assert engine_checks.bridges(podman, tmp_path).state is State.WARN
    assert engine_checks.bridges(podman, tmp_path / "none").state is State.OK


def test_the_buffer_of_a_rootless_capture_is_what_the_kernel_lets_anybody_have(
    tmp_path: Path,
) -> None:
    most = tmp_path / "rmem_max"
    most.write_text("212992\n")
    check = engine_checks.capture(Told(DOCKER, ROOTLESS), most)
    assert check.state is State.WARN
    assert "208 kB" in check.seen
    assert "net.core.rmem_max=67108864" in check.advice
    assert engine_checks.capture(Told(DOCKER, ROOTFUL), most).state is State.OK
    most.write_text("67108864\n")
    assert engine_checks.capture(Told(DOCKER, ROOTLESS), most).state is State.OK
