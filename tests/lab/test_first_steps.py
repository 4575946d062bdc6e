"""A host whose first steps fail: how it ended and what it said is in the error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from lab_clone import PROJECT, Clone

from lab.errors import HostUnavailable
from lab.hosts.docker import labels
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine import engine


@pytest.fixture
def project(this_lab: Clone) -> Iterator[Project]:
    """Give a lab of one host, which is not there yet."""
    with closing(engine.connect()) as client:
        project = Project(client, f"{this_lab.project}-first-steps")
        yield project
        project.remove()


def started(this_lab: Clone, project: Project, steps: str) -> None:
    """Start the lab's host with these first steps."""
    image = this_lab.docker("inspect", "-f", "{{.Image}}", this_lab.ids()["client"]).strip()
    ours = ("--label", f"{PROJECT}={project.name}", "--label", f"{labels.HOST}=h")
    words = ("--network", "none", *ours, "--entrypoint", "sh", "--name", project.name, image, "-c")
    this_lab.docker("run", "-d", *words, steps)


def refused(project: Project) -> str:
    with pytest.raises(HostUnavailable) as caught:
        project.wait_ready(["h"])
    return caught.value.seen


@pytest.mark.parametrize("after", ["0", "1"])
def test_a_host_whose_first_steps_fail_says_why(
    this_lab: Clone, project: Project, after: str
) -> None:
    started(this_lab, project, f"sleep {after}; echo one; echo THE REASON >&2; exit 7")
    told, *words = refused(project).splitlines()
    assert told == "it ended with exit status 7; its last words:"
    # The engine reads the two streams side by side: their order is not that of the steps.
    assert sorted(words) == ["THE REASON", "one"]


def test_a_host_that_says_nothing_says_so(this_lab: Clone, project: Project) -> None:
    started(this_lab, project, "exit 1")
    assert refused(project) == "it ended with exit status 1, and said nothing"


def test_a_host_that_ended_after_it_was_ready_is_not_ready(
    this_lab: Clone, project: Project
) -> None:
    started(this_lab, project, "echo 'socketlab: ready'; exit 1")
    this_lab.docker("wait", project.name)
    assert "its last words:\nsocketlab: ready" in refused(project)


def test_the_words_of_an_earlier_life_are_not_the_last_ones(
    this_lab: Clone, project: Project
) -> None:
    # The engine's time of a start is about that of the first step: the lives are further apart.
    first = "touch /tmp/lived; echo EARLIER; sleep 9; exit 2"
    started(this_lab, project, f"test -e /tmp/lived && exit 3; {first}")
    this_lab.docker("wait", project.name)
    assert "EARLIER" in refused(project)
    this_lab.docker("start", project.name)
    this_lab.docker("wait", project.name)
    assert refused(project) == "it ended with exit status 3, and said nothing"
