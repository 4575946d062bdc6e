"""What a hostile program does to its host ends with its run, whatever became of the lab's agent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from lab_clone import Clone, MakeClone

from lab import Family, Program, Scenario
from lab import clone as the_clone
from lab.errors import HostUnavailable
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.run import observe
from lab.runner.session import open_lab

OUTLIVES = """
    import os, subprocess, time
    # The lab wants programs to die before its agent.
    open("/proc/self/oom_score_adj", "w").write("0")
    agent = os.getppid()
    if os.fork() == 0:
        os.setsid()
        for number in range(3):
            os.close(number)
        while os.path.exists(f"/proc/{agent}"):
            time.sleep(0.01)
        while True:
            try:
                with open("/run/socketlab/run/client.py", "w") as file:
                    file.write("print('forged')")
            except OSError:
                pass
            time.sleep(0.001)
    hog = "import os, time; held = os.urandom(5 << 20); time.sleep(30)"
    for _ in range(120):
        subprocess.Popen(["python3", "-S", "-E", "-c", hog])
    time.sleep(20)
"""


@pytest.fixture(scope="module")
def attacked(make_clone: MakeClone) -> Iterator[Clone]:
    """Give a clone whose hosts may break."""
    clone = make_clone()
    yield clone
    clone.take_down()


@pytest.fixture(scope="module")
def its_hosts(attacked: Clone) -> Iterator[RunningLab]:
    """Give the running lab of that clone."""
    with open_lab(the_clone.Clone(attacked.root)) as network:
        yield network


def played(network: RunningLab, folder: Path, text: str) -> Observation:
    """Return what a client showed."""
    (folder / "client.py").write_text(dedent(text))
    scenario = Scenario(client=Program("client.py", deadline=40)).placed(folder)
    return observe(network, scenario, Family.IPV4)


def test_who_has_the_agent_killed_does_not_outlive_the_run(
    its_hosts: RunningLab, attacked: Clone, tmp_path: Path
) -> None:
    assert played(its_hosts, tmp_path, "print('mine')").inconclusive == ()
    before = attacked.ids()["client"]
    seen = played(its_hosts, tmp_path, OUTLIVES)
    # The kernel chooses whom it kills. Where it spared the agent, that has ended the programs.
    if attacked.ids().get("client") == before:
        assert attacked.inside("client") == []
    else:
        assert "broke off" in "".join(seen.inconclusive)
        assert "the next run gets a new one" in "".join(seen.remarks)
    again = played(its_hosts, tmp_path, "print('mine')")
    assert (again.inconclusive, again.client.stdout) == ((), ["mine"])


def test_a_host_without_its_agent_is_removed_with_all_that_runs_there(
    its_hosts: RunningLab, attacked: Clone, tmp_path: Path
) -> None:
    text = "import time; print('starts', flush=True); time.sleep(30)"
    (tmp_path / "client.py").write_text(text)

    def kill_agent(line: object) -> None:
        attacked.docker("exec", attacked.ids()["client"], "pkill", "-9", "-o", "python3")

    scenario = Scenario(client=Program("client.py", deadline=40)).placed(tmp_path)
    before = attacked.ids()["client"]
    seen = observe(its_hosts, scenario, Family.IPV4, watcher=kill_agent)
    assert "broke off, though it is running" in "".join(seen.inconclusive)
    assert before not in attacked.docker("ps", "-q", "--no-trunc")
    assert played(its_hosts, tmp_path, "print('mine')").client.stdout == ["mine"]


def test_a_host_that_cannot_be_cleaned_is_made_anew_and_that_is_told(
    its_hosts: RunningLab, attacked: Clone, tmp_path: Path
) -> None:
    assert played(its_hosts, tmp_path, "print('mine')").inconclusive == ()
    # As where a thing stays in spite of find(1): root here may not take the attribute away.
    attacked.docker("exec", attacked.ids()["client"], "rm", "/usr/bin/find")
    attacked.docker("exec", attacked.ids()["client"], "touch", "/tmp/stays")
    with pytest.raises(HostUnavailable, match=r"the next run gets a new host"):
        played(its_hosts, tmp_path, "print('mine')")
    assert played(its_hosts, tmp_path, "print('mine')").client.stdout == ["mine"]
