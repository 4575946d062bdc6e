"""Two labs on one engine, and both generations of compose, do not get into each other's way."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_clone import Clone, MakeClone

from lab.hosts.docker.compose.lab import Lab


@pytest.fixture(scope="module")
def plugin_folder(this_lab: Clone) -> str:
    """Give Docker's configuration folder with compose v2 in it, fetched where it is missing."""
    done = subprocess.run(
        [str(this_lab.root / "tools" / "compose-v2")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"compose v2 cannot be fetched here: {done.stderr[-300:]}")
    return done.stdout.strip()


@pytest.fixture(params=["docker-compose", "docker compose"])
def neighbour(request: pytest.FixtureRequest, make_clone: MakeClone) -> Iterator[Clone]:
    """Give a second lab that one generation of compose brings up."""
    clone = make_clone(LAB_COMPOSE=request.param)
    if request.param == "docker compose":
        clone.environment["DOCKER_CONFIG"] = request.getfixturevalue("plugin_folder")
    elif subprocess.run(["which", "docker-compose"], capture_output=True, check=False).returncode:
        pytest.skip("docker-compose is not on this machine")
    yield clone
    clone.take_down()


def test_a_second_lab_runs_beside_the_first_and_goes_alone(
    this_lab: Clone, neighbour: Clone
) -> None:
    first = this_lab.ids()
    said = neighbour.lab("run", "tcp_connect")
    assert said.status == 0, said.text
    ours, theirs = Lab(this_lab.root), Lab(neighbour.root)
    assert ours.prefix != theirs.prefix
    assert ours.prefix6 != theirs.prefix6
    assert ours.project != theirs.project
    assert set(neighbour.ids()) == {"client", "server", "dns"}

    unreachable = this_lab.lab(
        "exec", "client", "--", "ping", "-c", "1", "-W", "1", f"{theirs.prefix}.0.20"
    )
    assert unreachable.status != 0

    assert neighbour.lab("down").status == 0
    assert neighbour.ids() == {}
    assert neighbour.networks() == []
    assert this_lab.ids() == first
    assert this_lab.lab("run", "tcp_connect", "--ipv4").status == 0


def test_the_topology_comes_up_by_hand_as_well(neighbour: Clone) -> None:
    command = neighbour.environment["LAB_COMPOSE"].split()
    environment = {**neighbour.environment, "LAB_PREFIX": "10.242", "LAB_PREFIX6": "fd00:10:242"}
    environment["COMPOSE_PROJECT_NAME"] = neighbour.project

    def compose(*words: str) -> str:
        done = subprocess.run(
            [*command, *words],
            cwd=neighbour.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    # The images are there, and .env says which are meant, once the lab has been up.
    assert neighbour.lab("up").status == 0
    assert neighbour.lab("down").status == 0
    compose("up", "-d")
    assert set(neighbour.ids()) == {"client", "server", "dns"}
    assert compose("exec", "-T", "client", "hostname").strip() == "client"
    compose("down")
    assert neighbour.ids() == {}
    assert neighbour.networks() == []


def test_a_lab_that_is_up_is_left_as_it_is(this_lab: Clone) -> None:
    before = this_lab.ids()
    said = this_lab.lab("up")
    assert said.status == 0, said.text
    assert "bringing up" not in said.stderr
    assert this_lab.ids() == before
    assert os.environ.get("COMPOSE_PROJECT_NAME", this_lab.project) == this_lab.project


def test_going_down_twice_is_fine(second_lab: Clone) -> None:
    assert second_lab.lab("down").status == 0
    assert second_lab.lab("down").status == 0
    said = second_lab.lab("status")
    assert said.status == 3
    assert "The lab is down. Try: lab up" in said.stdout


def test_the_proxies_of_docker_s_client_reach_no_host(
    make_clone: MakeClone, tmp_path: Path
) -> None:
    proxy = "http://proxy.invalid:3128"
    proxies = dict.fromkeys(("httpProxy", "httpsProxy", "ftpProxy", "noProxy"), proxy)
    (tmp_path / "config.json").write_text(json.dumps({"proxies": {"default": proxies}}))
    clone = make_clone(DOCKER_CONFIG=str(tmp_path))
    said = clone.lab("up", "client", within=300)
    assert said.status == 0, said.text
    asked = "import urllib.request; print(urllib.request.getproxies())"
    said = clone.lab("exec", "client", "--", "python3", "-c", asked)
    assert said.stdout == "{}\n", said.text
    assert "proxy.invalid" not in clone.lab("exec", "client", "--", "env").stdout
    clone.take_down()
