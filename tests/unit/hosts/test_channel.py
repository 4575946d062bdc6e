"""A channel that cannot be opened, and a Python that becomes the other end of one."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence

import pytest
from by_command import Process, by_command

from lab.errors import HostUnavailable
from lab.hosts.channel import Channel
from lab.hosts.gateway import Group

ITS_VERSION = b'sys.modules["_frozen_importlib_external"].MAGIC_NUMBER'


def refused(reach: str) -> str:
    """Try to open a channel through a command that runs no Python; return the error."""
    with pytest.raises(HostUnavailable) as caught:
        Channel("client", by_command(reach), lambda _: None, lambda: "host client is running")
    return str(caught.value)


def test_the_words_of_a_runtime_that_starts_no_python_are_in_the_error() -> None:
    said = "OCI runtime exec failed: exec failed: /usr/bin/python3: no such file"
    told = refused(shlex.join(["sh", "-c", f"echo {shlex.quote(said)}"]))
    assert said in told
    assert "host client is running" in told


def test_the_runtime_that_says_nothing_at_all_is_an_error_too() -> None:
    assert "host client is running" in refused("true")


def test_the_engine_that_refuses_is_quoted() -> None:
    def reach(_: Sequence[str]) -> Process:
        raise OSError("Container is paused, unpause the container before exec")

    with pytest.raises(HostUnavailable, match="unpause"):
        Channel("client", reach, lambda _: None, lambda: "host client is running")


class OfAnotherVersion(Process):
    """A Python that says it is of a version which none is."""

    def write(self, data: bytes, /) -> None:
        super().write(data.replace(ITS_VERSION, b"bytes((97, 98, 13, 10))"))


@pytest.mark.parametrize("kind", [Process, OfAnotherVersion])
def test_python_of_the_same_version_gets_what_is_compiled_and_another_the_source(
    kind: type[Process],
) -> None:
    group = Group()
    gateway, takes_compiled = group.reach(lambda argv: kind([sys.executable, *argv[1:]]), "client")
    try:
        assert takes_compiled is (kind is Process)
        channel = gateway.remote_exec(
            "import __main__; channel.send(__main__.serve.__code__.co_filename)"
        )
        assert channel.receive().endswith("gateway_base.py") is takes_compiled
    finally:
        group.terminate(timeout=5.0)
