"""A channel that cannot be opened: what the runtime said instead of Python is told."""

from __future__ import annotations

import gc
import shlex
import warnings
from pathlib import Path

import pytest

from lab.errors import HostUnavailable
from lab.hosts.channel import Channel


def refused(reach: str) -> str:
    """Try to open a channel through a command that runs no Python; return the error."""
    with warnings.catch_warnings():
        # execnet leaves it to Python to close what did not become a gateway.
        warnings.simplefilter("ignore", ResourceWarning)
        with pytest.raises(HostUnavailable) as caught:
            Channel("client", reach, lambda _: None, lambda: "host client is running")
        told = str(caught.value)
        del caught
        gc.collect()
    return told


def test_the_words_of_a_runtime_that_starts_no_python_are_in_the_error() -> None:
    said = "OCI runtime exec failed: exec failed: /usr/bin/python3: no such file"
    told = refused(shlex.join(["sh", "-c", f"echo {shlex.quote(said)}"]))
    assert said in told
    assert "host client is running" in told


def test_the_command_that_the_engine_refuses_is_quoted() -> None:
    said = "client version 1.41 is too old. Minimum supported API version is 1.44"
    assert said in refused(shlex.join(["sh", "-c", f"echo {said} >&2; exit 1"]))


def test_the_way_to_a_host_may_have_spaces_and_slashes_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "with a space"
    folder.mkdir()
    docker = folder / "docker"
    docker.write_text('#!/bin/sh\necho "$AT" >"$0.said"\n')
    docker.chmod(0o755)
    refused(shlex.join(["env", "AT=unix:///var/run/docker.sock", str(docker)]))
    assert docker.with_name("docker.said").read_text() == "unix:///var/run/docker.sock\n"
