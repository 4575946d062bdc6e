"""One lab across two engines, each in namespaces of its own, with a cable between them.

Part F over IPv4 is as on one engine, what cannot be is refused, and nothing stays.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import ssh_server
from lab_clone import ROOT, Clone, Said, copy_of_this_clone
from private_engine import PrivateEngine
from ssh_server import SshServer
from waiting import wait_for

from lab.hosts.docker.across.record import kept
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import images

ENGINES = ("first", "second")
IMAGES = ("host", "server", "dns")
OWN = {"host", "none"}
"""The networks of an engine that has been in no Swarm and has no lab."""

GROUP = '''"""Says it to everybody."""

import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as shouting:
    shouting.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
'''
TO_ALL = '''"""A router that says something to everybody."""

from lab import Program, Scenario

scenario = Scenario(router=Program("shout.py"), hosts=("router2", "remote"))


def test_it_ends(observed):
    assert observed.router.exit_status == 0
'''


class Two:
    """Two engines behind contexts, each with a socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.settings = folder / "docker"
        own = Path(os.environ.get("DOCKER_CONFIG") or Path("~/.docker").expanduser())
        if own.is_dir():  # compose may be a plugin in there
            shutil.copytree(own, self.settings, ignore=shutil.ignore_patterns("contexts"))
        self.settings.mkdir(exist_ok=True)
        self.engines: list[PrivateEngine] = []
        for name in ENGINES:
            (folder / name).mkdir()
            self.engines.append(PrivateEngine(folder / name))
            where = f"host={self.engines[-1].url}"
            self.docker("context", "create", name, "--docker", where)
        first, second = self.engines
        first.lay_cable(second)
        with closing(engine.connect()) as client:
            made = images.ensure(client, ROOT, IMAGES, lambda _: None)
        first.load([each.tag for each in made.values()])

    def docker(self, *words: str) -> str:
        """Run Docker's own command with these contexts, and return what it printed."""
        variables = {**os.environ, "DOCKER_CONFIG": str(self.settings)}
        done = subprocess.run(
            ["docker", *words], env=variables, capture_output=True, text=True, check=True
        )
        return done.stdout

    def on(self, name: str, *words: str) -> list[str]:
        """Run Docker's own command on one of them; return the words that it printed."""
        return self.docker("--context", name, *words).split()

    def swarms(self) -> dict[str, str]:
        """Return whether each is in a Swarm, as Docker says it."""
        form = "{{.Swarm.LocalNodeState}}"
        return {name: self.on(name, "info", "--format", form)[0] for name in ENGINES}

    def networks(self, name: str) -> set[str]:
        """Return the names of an engine's networks."""
        return {*self.on(name, "network", "ls", "--format", "{{.Name}}")}

    def hosts(self, name: str) -> set[str]:
        """Return the lab's hosts on one of them."""
        return {*self.on(name, "ps", "-a", "--format", '{{.Label "socketlab.host"}}')}

    def assert_empty(self) -> None:
        """Fail where a lab has left anything on either."""
        assert self.swarms() == dict.fromkeys(ENGINES, "inactive")
        for name in ENGINES:
            assert self.networks(name) == OWN
            assert self.hosts(name) == set()

    def clear(self) -> None:
        """Have them as new, whatever a test has left."""
        for name in reversed(ENGINES):
            if ids := self.on(name, "ps", "-aq"):
                self.on(name, "rm", "-f", *ids)
            if self.swarms()[name] != "inactive":
                self.on(name, "swarm", "leave", "--force")
            for network in self.networks(name) - OWN:
                self.on(name, "network", "rm", network)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    if why := PrivateEngine.why_not(("dockerd", "unshare", "nsenter", "ip", "docker")):
        pytest.skip(why)
    both = Two(tmp_path_factory.mktemp("e"))
    yield both
    for each in both.engines:
        each.kill()


def clone_of(both: Two, root: Path) -> Clone:
    copy_of_this_clone(root)
    return Clone(root, {"DOCKER_CONFIG": str(both.settings), "DOCKER_CONTEXT": "first"})


@pytest.fixture(scope="module")
def clone(both: Two, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    clone = clone_of(both, tmp_path_factory.mktemp("clone"))
    yield clone
    clone.take_down()


@pytest.fixture
def up(both: Two, clone: Clone) -> Iterator[Clone]:
    """Give a clone whose lab is across both, and take it down."""
    said = clone.lab("up", "--across", "first,second", within=400)
    assert said.status == 0, said.text
    yield clone
    clone.lab("down", within=400)
    both.clear()


def verdicts(said: Said) -> dict[str, str]:
    """Return the outcome of each run of ``lab run --json``, and of each expectation in it."""
    found = {}
    for run in json.loads(said.stdout)["runs"]:
        found[run["scenario"]] = run["outcome"]
        for each in run["expectations"]:
            found[f"{run['scenario']}: {each['name']}"] = each["outcome"]
    return found


def test_part_f_over_ipv4_is_as_on_one_engine_and_nothing_stays(both: Two, up: Clone) -> None:
    assert both.swarms() == dict.fromkeys(ENGINES, "active")
    assert both.hosts("first") >= {"client", "server", "dns", "router"}
    assert both.hosts("second") == {"router2", "remote"}
    said = up.lab("status")
    assert said.status == 0, said.text
    assert "remote " in said.stdout
    said = up.lab("exec", "remote", "--", "cat", "/etc/hostname")
    assert (said.status, said.stdout) == (0, "remote\n"), said.text

    said = up.lab("doctor", "--json", within=400)
    assert said.status == 0, said.text
    told = {(check["name"], check["seen"].partition(":")[0]) for check in json.loads(said.stdout)}
    assert told >= {
        (name, engine) for name in ("engine", "limits", "machine") for engine in ENGINES
    }

    across = up.lab("run", "--json", "--ipv4", "part:F", within=600)
    assert across.status == 0, across.text
    record = json.loads((up.root / "out" / "layers" / "ipv4" / "observation.json").read_text())
    versions = record["versions"]
    assert versions["Engine of the second engine"] == versions["Engine"] != "unknown"
    assert versions["Kernel of the second engine"] == versions["Kernel"] != "unknown"
    assert any(name.startswith("Image ") for name in versions)
    for name in ("layers", "tcp_connect"):
        again = up.lab("run", "--ipv4", name)
        assert again.status == 0, again.text

    said = up.lab("down", within=400)
    assert said.status == 0, said.text
    both.assert_empty()
    assert kept(up.root) is None

    alone = up.lab("run", "--json", "--ipv4", "part:F", within=600)
    assert alone.status == 0, alone.text
    assert both.hosts("first") >= {"router2", "remote"}
    assert verdicts(across) == verdicts(alone)


def test_what_cannot_be_is_refused_by_name_before_it_starts(both: Two, up: Clone) -> None:
    said = up.lab("run", "layers")
    assert said.status == 2, said.text
    assert said.is_clear("playing layers over IPv6 across two engines", "has no IPv6")
    folder = up.root / "scenarios" / "to_all"
    folder.mkdir(exist_ok=True)
    (folder / "scenario.py").write_text(TO_ALL)
    (folder / "shout.py").write_text(GROUP)
    said = up.lab("run", "to_all", "--ipv4")
    assert said.status == 2, said.text
    assert said.is_clear("playing to_all over IPv4 across two engines", "shout.py sends to every")
    for words in (("run", "-j", "2", "tcp_connect"), ("step", "tcp_connect"), ("live",)):
        said = up.lab(*words)
        assert said.status == 2, said.text
        assert said.is_clear("is across two engines")
    said = up.lab("up", "--across", "second,first")
    assert said.status == 2, said.text
    assert said.is_clear("it is across first and second")
    # What is on one engine alone can be, over both IP versions.
    said = up.lab("run", "tcp_connect", "udp_broadcast")
    assert said.status == 0, said.text


@pytest.mark.parametrize("is_joined", [True, False])
def test_a_swarm_that_is_there_is_used_and_stays(both: Two, clone: Clone, is_joined: bool) -> None:
    both.on("first", "swarm", "init")
    if is_joined:
        token = both.on("first", "swarm", "join-token", "-q", "worker")[0]
        both.on("second", "swarm", "join", "--token", token, "192.0.2.1:2377")
    before = both.swarms()
    try:
        said = clone.lab("up", "--across", "first,second", "remote", within=400)
        assert said.status == 0, said.text
        said = clone.lab("down", within=400)
        assert said.status == 0, said.text
        assert both.swarms() == before
        assert len(both.on("first", "node", "ls", "-q")) == 1 + is_joined
        # The engines themselves make two more, sooner or later, and keep them.
        for name in ENGINES:
            assert both.networks(name) - {"ingress", "docker_gwbridge"} == OWN
    finally:
        both.clear()


def test_the_second_engine_may_be_behind_ssh(both: Two, clone: Clone, tmp_path: Path) -> None:
    if why := ssh_server.why_not():
        pytest.skip(why)
    first, second = both.engines
    server = SshServer(tmp_path, "192.0.2.2", second.in_network())
    socket = second.url.removeprefix("unix://")
    both.docker("context", "create", "behind", "--docker", f"host=ssh://far{socket}")
    # Here the lab's machine is the first engine's: it has the cable.
    at_first = first.in_network()
    far = Clone(clone.root, {**clone.environment, "PATH": server.path})
    try:
        said = far.lab("up", "--across", "first,behind", "client", before=at_first, within=400)
        assert said.status == 0, f"{said.text}\n{server.log}"
        assert both.hosts("second") == set()
        said = far.lab("run", "layers", "--ipv4", before=at_first, within=600)
        assert said.status == 0, f"{said.text}\n{server.log}"
        assert both.hosts("second") == {"router2", "remote"}
        said = far.lab("down", before=at_first, within=400)
        assert said.status == 0, f"{said.text}\n{server.log}"
        both.assert_empty()
    finally:
        far.lab("down", before=at_first, within=400)
        both.clear()
        both.docker("context", "rm", "-f", "behind")
        server.close()


def test_what_a_killed_command_has_made_goes(both: Two, clone: Clone) -> None:
    process = clone.start("up", "--across", "first,second")
    wait_for("the Swarm", lambda: "active" in both.swarms().values(), within=600)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    said = clone.lab("down", within=400)
    assert said.status == 0, said.text
    both.assert_empty()


def test_a_lab_whose_clone_is_gone_is_removed(
    both: Two, clone: Clone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = clone_of(both, tmp_path_factory.mktemp("gone"))
    said = other.lab("up", "--across", "first,second", "remote", within=400)
    assert said.status == 0, said.text
    shutil.rmtree(other.root)
    said = clone.lab("down", "--gone", within=400)
    assert said.status == 0, said.text
    both.assert_empty()


def test_a_lab_that_is_up_on_one_engine_is_not_brought_up_across(both: Two, clone: Clone) -> None:
    said = clone.lab("up", "client", within=600)
    assert said.status == 0, said.text
    said = clone.lab("up", "--across", "first,second")
    assert said.status == 2, said.text
    assert said.is_clear("it is up on one engine")
    assert kept(clone.root) is None
    said = clone.lab("down")
    assert said.status == 0, said.text
    both.assert_empty()


@pytest.mark.parametrize("words", ["first", "first,first", "first,", "a,b,c"])
def test_two_engines_must_be_named(clone: Clone, words: str) -> None:
    said = clone.lab("up", "--across", words)
    assert said.status == 2, said.text
    assert said.is_clear("these are not two engines")
