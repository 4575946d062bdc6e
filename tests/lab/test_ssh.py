"""An engine behind ssh serves all of a run: the lab's questions and the hosts' channels.

The first `ssh` here has no network: it runs the command on this machine, as a server would there.
The others are the machine's own, and speak to a real sshd.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from lab_clone import Clone
from ssh_server import SshServer
from waiting import PATIENCE

SSH = """#!/bin/sh
echo "$@" >>{folder}/asked
while [ "$1" != -- ]; do shift; done
shift 2
unset DOCKER_HOST
exec sh -c "$*"
"""


def test_an_engine_behind_ssh_serves_a_run(this_lab: Clone, tmp_path: Path) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(SSH.format(folder=tmp_path))
    ssh.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    far = Clone(this_lab.root, {"DOCKER_HOST": "ssh://somebody@far", "PATH": path})
    for words in (("run", "tcp_connect"), ("doctor",)):
        said = far.lab(*words)
        assert said.status == 0, said.text
        assert "Traceback" not in said.text
    calls = (tmp_path / "asked").read_text().splitlines()
    assert all("-l somebody" in call and call.endswith("dial-stdio") for call in calls)
    assert len(calls) > 10


def test_an_engine_behind_ssh_is_shown_and_runs_are_spread_over_it(
    this_lab: Clone, tmp_path: Path
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(SSH.format(folder=tmp_path))
    ssh.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    clone = Clone(this_lab.root, {"DOCKER_CONFIG": str(tmp_path / "docker"), "PATH": path})
    clone.docker("context", "create", "behind", "--docker", "host=ssh://somebody@far")
    said = clone.lab("engines")
    assert said.status == 0, said.text
    rows = {line.split()[0]: line.split()[1:] for line in said.stdout.splitlines()}
    assert rows["behind"][0] == rows["default"][1]  # a star is in between
    said = clone.lab("run", "tcp_connect", "--on", "behind")
    assert said.status == 0, said.text
    assert len((tmp_path / "asked").read_text().splitlines()) > 10
    said = clone.lab("run", "tcp_connect", "--on", "behind,default")
    assert said.status == 2, said.text
    assert said.is_clear("both contexts lead to the same engine")


@pytest.fixture
def behind(this_lab: Clone, sshd: SshServer) -> Clone:
    """Give the clone whose engine is behind that sshd."""
    return Clone(this_lab.root, {"DOCKER_HOST": "ssh://far", "PATH": sshd.path})


def test_an_engine_behind_a_real_sshd_serves_a_run(behind: Clone, sshd: SshServer) -> None:
    said = behind.lab("run", "tcp_connect")
    assert said.status == 0, f"{said.text}\n{sshd.log}"
    assert sshd.entered > 3
    before = sshd.entered
    said = behind.lab("doctor")
    assert said.status == 0, said.text
    assert sshd.entered > before


def test_one_connection_is_shared_where_the_users_ssh_is_told_to(
    behind: Clone, sshd: SshServer
) -> None:
    control = sshd.folder / "c"
    with sshd.config.open("a") as config:
        config.write(f"    ControlMaster auto\n    ControlPath {control}\n    ControlPersist 60\n")
    ssh = [f"{sshd.folder}/bin/ssh"]
    subprocess.run([*ssh, "-fN", "far"], check=True, timeout=PATIENCE)
    try:
        said = behind.lab("run", "tcp_connect", "--ipv4")
        assert said.status == 0, f"{said.text}\n{sshd.log}"
        assert sshd.entered == 1, sshd.log
    finally:
        subprocess.run(
            [*ssh, "-O", "exit", "far"], check=True, timeout=PATIENCE, capture_output=True
        )


def test_the_context_of_an_engine_behind_ssh_is_obeyed(
    this_lab: Clone, sshd: SshServer, tmp_path: Path
) -> None:
    kept = {"DOCKER_CONFIG": str(tmp_path / "docker"), "PATH": sshd.path}
    far = Clone(this_lab.root, {**kept, "DOCKER_CONTEXT": "behind"})
    far.environment.pop("DOCKER_HOST", None)
    Clone(this_lab.root, kept).docker("context", "create", "behind", "--docker", "host=ssh://far")
    said = far.lab("run", "tcp_connect", "--ipv4")
    assert said.status == 0, f"{said.text}\n{sshd.log}"
    assert sshd.entered > 3


def test_what_ssh_says_is_told_where_the_server_lets_nobody_in(
    behind: Clone, sshd: SshServer
) -> None:
    (sshd.folder / "user_key.pub").write_text("")
    said = behind.lab("run", "tcp_connect")
    assert said.status == 3, said.text
    assert said.is_clear("Permission denied (publickey)")


def test_what_ssh_says_is_told_where_no_server_listens(behind: Clone, sshd: SshServer) -> None:
    sshd.close()
    said = behind.lab("status")
    assert said.status == 3, said.text
    assert said.is_clear("Connection refused")
