"""An engine behind ssh serves all of a run: the lab's questions and the hosts' channels.

The `ssh` here has no network: it runs the command on this machine, as a server would there.
"""

from __future__ import annotations

import os
from pathlib import Path

from lab_clone import Clone

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
