"""All hosts that serve, up at once: each is well, and there is memory for all of them."""

from __future__ import annotations

import json
import sys

import pytest
import testinfra
from lab_clone import Clone, wait_for

from lab.hosts.docker.compose.lab import Lab

PROFILES = ("services", "web", "app", "browser")
UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


@pytest.fixture(scope="module")
def together(this_lab: Clone) -> dict[str, str]:
    """Bring all of them up, and give the engine's id of each, by name."""
    hosts = Lab(this_lab.root).topology.hosts
    names = [name for name, plan in hosts.items() if {*plan.profiles} & {*PROFILES}]
    assert len(names) == 9
    Lab(this_lab.root).up(names)
    ids = this_lab.ids("running")
    return {name: ids[name] for name in names}


def test_the_engine_finds_each_of_them_healthy(this_lab: Clone, together: dict[str, str]) -> None:
    def ailing() -> list[str]:
        seen = json.loads(this_lab.docker("inspect", *together.values()))
        health = dict(zip(together, (each["State"].get("Health") for each in seen), strict=True))
        # A host without a daemon of its own (app, browser) has nothing to ask.
        assert sum(each is None for each in health.values()) == 2
        return [name for name, each in health.items() if each and each["Status"] != "healthy"]

    # The engine asks for the first time after a whole interval.
    wait_for("all of them to be healthy", lambda: not ailing(), within=120)


def test_each_finds_itself_well(together: dict[str, str]) -> None:
    for name, identity in together.items():
        host = testinfra.get_host(f"docker://{identity}")
        if host.exists("socketlab-health"):
            asked = host.run("socketlab-health --within 10")
            assert asked.rc == 0, f"{name}: {asked.stderr}"


def test_each_takes_half_of_the_memory_that_it_may_at_most(
    this_lab: Clone, together: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    form = "{{.ID}} {{.MemUsage}}"
    ids = together.values()
    told = this_lab.docker("stats", "--no-stream", "--no-trunc", "--format", form, *ids)
    used, limit = {}, {}
    for line in told.splitlines():
        identity, taken, _, most = line.split()
        used[identity], limit[identity] = in_bytes(taken), in_bytes(most)
    table = [f"  {name:8} {used[identity] / 1e6:6.1f}" for name, identity in together.items()]
    title = "memory that the hosts take when nobody asks them anything, in MB:"
    with capsys.disabled():
        total = f"  together {sum(used.values()) / 1e6:6.1f}"
        sys.stdout.write("\n".join(["", title, *table, total, ""]))
    assert not [name for name, identity in together.items() if used[identity] > limit[identity] / 2]


def in_bytes(text: str) -> float:
    """Return a size that Docker tells as a number and a unit."""
    unit = next(unit for unit in reversed(UNITS) if text.endswith(unit))
    return float(text.removesuffix(unit)) * UNITS[unit]
