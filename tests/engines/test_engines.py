"""The lab on other engines than this machine's: private ones, from Debian's packages.

Their firewall sees what crosses a bridge wherever the kernel can have that (br_netfilter).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import listening
import pytest
import results
import roots
from lab_clone import ROOT, Clone, copy_of_this_clone
from private_engine import PrivateEngine, Program

from lab.hosts.docker.compose.file import with_needs
from lab.hosts.docker.compose.lab import ALWAYS, Lab
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import base, images
from lab.scenario import catalogue

QUICK = (
    *("tcp_connect", "layers", "traceroute", "nat", "path_mtu"),
    *("udp_broadcast", "udp_large", "http_browse"),
)
SILENT = "the engine's machine neither hears nor says anything"
CUT_ANEW = {"udp_large": "puts fragments together"}
BRIDGED = Path("/proc/sys/net/bridge/bridge-nf-call-ip6tables")

needs_bridged = pytest.mark.skipif(not BRIDGED.exists(), reason="this kernel has no br_netfilter")


@dataclass(frozen=True)
class Target:
    """An engine to try: the suite that has it, and how it is set."""

    suite: str
    settings: Mapping[str, object] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    program: Program = Program.DOCKER


@contextmanager
def started(target: Target) -> Iterator[PrivateEngine]:
    """Start an engine, and remove all that it kept; skips where that cannot be."""
    if why := PrivateEngine.why_not(("unshare", "nsenter", "docker")):
        pytest.skip(why)
    try:
        root = roots.root(target.suite, target.program)
    except roots.Unavailable as missing:
        pytest.skip(str(missing))
    folder = Path(tempfile.mkdtemp(prefix="engine-"))
    try:
        private = PrivateEngine(
            folder,
            root,
            settings=target.settings,
            environment=target.environment,
            program=target.program,
        )
        try:
            yield private
        finally:
            private.kill()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="class")
def other(request: pytest.FixtureRequest) -> Iterator[PrivateEngine]:
    """Give the engine that a class of tests is about."""
    with started(request.cls.target) as private:
        yield private


@pytest.fixture(scope="class")
def clone(other: PrivateEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Give a copy of this clone whose lab is on that engine."""
    root: Path = tmp_path_factory.mktemp("clone")
    copy_of_this_clone(root)
    load(other, QUICK)
    copy = Clone(root, {"DOCKER_HOST": other.url})
    yield copy
    copy.take_down()


def load(private: PrivateEngine, scenarios: Sequence[str]) -> None:
    """Give an engine the images for scenarios: it has no network to make them itself."""
    known = Lab(ROOT).topology.hosts
    chosen = catalogue.select(ROOT / "scenarios", scenarios)
    hosts = with_needs([*ALWAYS, *(host for one in chosen for host in one.hosts)], known)
    names = sorted({known[host].image for host in hosts})
    with closing(engine.ensure(print)) as client:
        images.ensure(client, ROOT, names, print)
    private.load([base.TAG, *(recipe.tag for recipe in images.recipes(ROOT, names).values())])


def runs(clone: Clone, *words: str) -> list[Any]:
    """Run scenarios; return the records of their runs."""
    said = clone.lab("run", "--json", "--full", *words, within=1500)
    assert "Traceback" not in said.stderr, said.stderr
    records: list[Any] = json.loads(said.stdout)
    assert records, said.text
    return records


def told(record: Any) -> str:
    """Return what became of a run, for messages."""
    bad = [verdict for verdict in record.get("verdicts", []) if verdict["outcome"] != "holds"]
    outcome = record.get("outcome", "could not be judged")
    return f"{record['scenario']}, {record['family']}: {outcome} {record['inconclusive']} {bad}"


def not_as_here(records: Sequence[Any], excused: Mapping[str, str] = CUT_ANEW) -> list[str]:
    """Return the runs that do not hold, but those that are inconclusive for the excused reason.

    ``excused`` has what is said of the engine's machine then, by the scenario.
    """
    return [
        told(record)
        for record in records
        if record.get("outcome") != "holds"
        and not is_for(excused.get(record["scenario"]), record["inconclusive"])
    ]


def is_for(excuse: str | None, reasons: Sequence[str]) -> bool:
    """Return whether there are reasons, and all of them are this excuse."""
    return bool(excuse and reasons) and all(str(excuse) in reason for reason in reasons)


def keep(name: str, clone: Clone, records: Sequence[Any]) -> None:
    """Keep what came of all scenarios on the engine of that name, and its limits."""
    parts = {one.name: one.part for one in catalogue.select(ROOT / "scenarios", [])}
    limits = results.limits(today(), doctor(clone)["limits"])
    results.keep(name, results.result(today(), records, parts) | limits)


def doctor(clone: Clone) -> dict[str, str]:
    """Return what the doctor says of a lab that is up, by the name of each check."""
    said = clone.lab("doctor", "--json")
    assert said.status == 0, said.text
    return {check["name"]: check["seen"] for check in json.loads(said.stdout)}


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


class OnAnEngine:
    """What holds on each of them."""

    target: Target
    name: str
    """What it is called in the table of results."""

    def test_the_doctor_finds_all_that_the_lab_needs(self, clone: Clone) -> None:
        said = clone.lab("doctor")
        assert said.status == 0, said.text
        assert "✗" not in said.text

    def test_the_scenarios_hold_that_need_most_of_an_engine(self, clone: Clone) -> None:
        records = runs(clone, *QUICK)
        assert len(records) == 2 * len(QUICK)
        assert not_as_here(records) == []

    def test_the_engines_machine_is_off_the_networks_of_the_lab(
        self, other: PrivateEngine, clone: Clone
    ) -> None:
        assert clone.lab("up").status == 0
        assert SILENT in doctor(clone)["machine"]
        assert listening.heard(other, clone) == []

    @needs_bridged
    def test_fragments_hold_where_the_firewall_does_not_see_what_crosses_a_bridge(
        self, other: PrivateEngine, clone: Clone
    ) -> None:
        other.filter_bridged(False)
        try:
            records = runs(clone, "udp_large")
        finally:
            other.filter_bridged(True)
        assert [told(record) for record in records if record.get("outcome") != "holds"] == []

    @needs_bridged
    def test_the_machine_that_drops_what_crosses_its_bridge_is_named_and_no_program(
        self, other: PrivateEngine, clone: Clone
    ) -> None:
        other.run("ip6tables -I FORWARD -j DROP")
        try:
            said = clone.lab("run", "tcp_connect", "layers")
        finally:
            other.run("ip6tables -D FORWARD -j DROP")
        assert said.status == 3, said.text
        assert "✗" not in said.stdout, said.stdout
        assert said.stdout.count("the machine that the engine runs on") == 2, said.stdout
        assert "net.bridge" in said.stdout, said.stdout

    def test_every_scenario_holds(self, other: PrivateEngine, clone: Clone) -> None:
        load(other, [])
        records = runs(clone)
        keep(self.name, clone, records)
        assert not_as_here(records) == []

    def test_the_lab_goes_down_and_nothing_of_it_is_left(self, clone: Clone) -> None:
        said = clone.lab("down")
        assert said.status == 0, said.text
        assert clone.ids() == {}
        assert clone.networks() == []


class Test26(OnAnEngine):
    target = Target("trixie")
    name = "Docker 26.1 of Debian 13"


class Test28(OnAnEngine):
    target = Target("forky")
    name = "Docker 28.5 of Debian forky"


class TestAs29(OnAnEngine):
    """What is new in 29, as far as 28 can have it: its image store, and its oldest API."""

    target = Target(
        "forky",
        {"features": {"containerd-snapshotter": True}},
        {"DOCKER_MIN_API_VERSION": "1.44"},
    )
    name = "as Docker 29: 28.5, containerd's image store, API 1.44 and later"


class TestRootless(OnAnEngine):
    target = Target("trixie", program=Program.ROOTLESS_DOCKER)
    name = "Docker 26.1 of Debian 13, rootless"


class OnPodman:
    """What is known to hold there; compose's version 1 brings no further host up later."""

    target: Target
    name: str
    told: tuple[str, ...]
    """What the doctor says there, among others."""

    def test_hosts_start_and_the_doctor_tells_what_this_engine_gives(
        self, other: PrivateEngine, clone: Clone
    ) -> None:
        assert clone.lab("up").status == 0
        said = doctor(clone)
        told = "\n".join(said.values())
        assert [each for each in (SILENT, *self.told) if each not in told] == []
        assert listening.heard(other, clone) == []

    def test_every_scenario_holds_that_needs_only_two_hosts(self, clone: Clone) -> None:
        records = runs(clone, "tcp_connect", "ping", "udp_broadcast", "udp_large")
        assert not_as_here(records) == []

    def test_the_lab_goes_down_and_nothing_of_it_is_left(self, clone: Clone) -> None:
        assert clone.lab("down").status == 0
        assert clone.ids() == {}
        assert clone.networks() == []

    def test_every_scenario_holds_or_the_machine_is_named(
        self, other: PrivateEngine, clone: Clone
    ) -> None:
        load(other, [])
        up = clone.lab("up", *Lab(ROOT).hosts, within=900)
        assert up.status == 0, up.text
        records = runs(clone)
        keep(self.name, clone, records)
        routed = {
            one.name: results.NOT_CARRIED
            for one in catalogue.select(ROOT / "scenarios", ["part:F"])
        }
        assert not_as_here(records, {**CUT_ANEW, **routed}) == []


class TestPodman(OnPodman):
    target = Target("trixie", program=Program.PODMAN)
    name = "Podman 5.4 of Debian 13"
    told = ("Podman 5", "no limit of files in /tmp")


class TestPodmanRootless(OnPodman):
    target = Target("trixie", program=Program.ROOTLESS_PODMAN)
    name = "Podman 5.4 of Debian 13, rootless"
    told = ("rootless Podman 5", "no limit of memory, processes, open files, files in /tmp")


def test_the_engine_that_takes_newer_apis_only_is_asked_in_one_of_those(
    tmp_path: Path,
) -> None:
    newer = Target("forky", environment={"DOCKER_MIN_API_VERSION": "1.46"})
    with started(newer) as private:
        copy_of_this_clone(tmp_path)
        clone = Clone(tmp_path, {"DOCKER_HOST": private.url})
        said = clone.lab("doctor")
        assert said.status == 0, said.text
        assert "API 1.46" in said.stdout
        assert clone.lab("status").status == 3
        said = clone.lab("down")
        assert said.status == 0, said.text
