"""An engine behind ssh is asked by the user's own ssh, one connection a question."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from lab.hosts.docker.engine import tunnel
from lab.hosts.docker.engine.client import EngineClient, Refused
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.docker.engine.tunnel import Tunnel

ANSWER = r'HTTP/1.0 200 OK\r\n\r\n{"Version": "26.1"}'
SSH = f"""#!/bin/sh
echo "$@" >>{{folder}}/asked
while read -r line && [ ${{#line}} -gt 1 ]; do :; done
printf '{ANSWER}'
"""


def put_ssh(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    ssh = folder / "ssh"
    ssh.write_text(text.replace("{folder}", str(folder)))
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ssh://far", "ssh -- far"),
        ("ssh://me@far:2222", "ssh -l me -p 2222 -- far"),
        ("ssh://me@[::1]:22", "ssh -l me -p 22 -- ::1"),
        ("ssh://-oProxyCommand=x", "ssh -- -oproxycommand=x"),
    ],
)
def test_ssh_is_told_the_user_the_port_and_the_machine(url: str, words: str) -> None:
    assert tunnel.command(url) == [*words.split(), "docker system dial-stdio"]


def test_another_socket_there_is_named() -> None:
    there = "docker --host unix:///run/user/7/docker.sock system dial-stdio"
    assert tunnel.command("ssh://far/run/user/7/docker.sock")[-1] == there


def test_each_question_goes_through_ssh_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_ssh(tmp_path, monkeypatch, SSH)
    with closing(EngineClient(Endpoint("ssh://me@far"))) as client:
        folder = Path(client.url.removeprefix("unix://")).parent
        assert [client.version() for _ in range(3)] == [{"Version": "26.1"}] * 3
        assert folder.is_dir()
    assert not folder.exists()
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["-l me -- far docker system dial-stdio"] * 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#!/bin/sh\necho 'Connection refused' >&2; echo >&2; exit 255\n", "Connection refused"),
        ("#!/bin/sh\nexit 1\n", "hung up"),
    ],
)
def test_what_ssh_says_is_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    put_ssh(tmp_path, monkeypatch, text)
    client = EngineClient(Endpoint("ssh://far"))
    with closing(client), pytest.raises(Refused, match=said):
        client.version()


def test_a_machine_without_ssh_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    client = EngineClient(Endpoint("ssh://far"))
    with closing(client), pytest.raises(Refused, match="ssh: No such file"):
        client.version()


def test_a_tunnel_that_is_closed_has_ended_what_went_through_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_ssh(tmp_path, monkeypatch, "#!/bin/sh\necho $$ >{folder}/pid; exec sleep 60\n")
    led = Tunnel("ssh://far")
    client = EngineClient(Endpoint(f"unix://{led.path}"))
    with pytest.raises(TimeoutError):
        client._ask("GET", "/version", within=0.5)
    led.close()
    led.close()
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()
