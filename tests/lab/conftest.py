"""What the lab tests stand on: the running lab, its hosts, its command line, clones to break."""

from __future__ import annotations

import compileall
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import ledger
import pytest
import ssh_server
import testinfra
from lab_clone import ROOT, Clone, MakeClone, Said, copy_of_this_clone
from ssh_server import SshServer
from testinfra.host import Host

from lab import clone as the_clone
from lab.hosts.running_lab import RunningLab
from lab.runner.session import open_lab

FIRST = ("master", "gw0")
"""What xdist calls a process that runs all tests, and the first of several."""


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remove what test runs of this clone that were killed have left on the engine.

    And compile the lab, for all its processes that tests will start.
    """
    if not hasattr(session.config, "workerinput"):
        ledger.sweep()
        compileall.compile_dir(ROOT / "lab", quiet=2)


@pytest.fixture(scope="session")
def this_lab(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Give this clone, its lab brought up; to each further process of xdist's a copy of it."""
    clone = Clone(ROOT)
    if worker_id not in FIRST:
        root = tmp_path_factory.mktemp("lab")
        copy_of_this_clone(root)
        clone = Clone(root)
    up = clone.lab("up", within=900)
    assert up.status == 0, up.stderr
    yield clone
    if worker_id not in FIRST:
        clone.take_down()


@pytest.fixture(scope="session")
def lab(this_lab: Clone) -> Callable[..., Said]:
    """Give the command line in this clone: ``lab("status")`` returns how it ended."""
    return this_lab.lab


@pytest.fixture(scope="module")
def network(this_lab: Clone) -> Iterator[RunningLab]:
    """Give the running lab from within; while a test module has it, no other session runs."""
    with open_lab(the_clone.Clone(this_lab.root)) as network:
        yield network


@pytest.fixture(scope="session")
def hosts(this_lab: Clone) -> dict[str, Host]:
    """Give testinfra's view of each running host, by name."""
    return {
        name: testinfra.get_host(f"docker://{identity}")
        for name, identity in this_lab.ids().items()
    }


@pytest.fixture(params=["client", "server", "dns"])
def each_host(request: pytest.FixtureRequest, hosts: dict[str, Host]) -> Host:
    """Give every host in turn."""
    return hosts[request.param]


@pytest.fixture(scope="session")
def make_clone(this_lab: Clone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeClone]:
    """Give a function that copies this clone; the copies are taken down at the end."""
    del this_lab  # its images are the copies' too
    with ExitStack() as at_end:

        def make(**environment: str) -> Clone:
            root: Path = tmp_path_factory.mktemp("clone")
            copy_of_this_clone(root)
            clone = Clone(root, environment)
            at_end.callback(clone.take_down)
            return clone

        yield make


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[SshServer]:
    """Give an sshd that lets this user in, who may ask this machine's engine."""
    if why := ssh_server.why_not():
        pytest.skip(why)
    server = SshServer(tmp_path)
    yield server
    server.close()


@pytest.fixture
def second_lab(make_clone: MakeClone) -> Iterator[Clone]:
    """Give a clone to break, not up yet, beside the one that runs; always taken down."""
    clone = make_clone()
    yield clone
    clone.take_down()


@pytest.fixture(scope="module")
def own_lab(make_clone: MakeClone) -> Iterator[Clone]:
    """Give a test module a clone of its own, to write in or to break; always taken down."""
    clone = make_clone()
    yield clone
    clone.take_down()
