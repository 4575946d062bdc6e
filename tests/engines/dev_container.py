"""The dev container as an editor makes it of .devcontainer, without its registry: from local files.

Its base is the lab's own, made of Debian's packages. What pip installs is brought along.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from lab_clone import copy_of_this_clone

from lab.hosts.docker.engine import engine
from lab.hosts.docker.images import base

CLONE = Path(__file__).parents[2]
FOLDER = CLONE / ".devcontainer"
SETTINGS = json.loads((FOLDER / "devcontainer.json").read_text())
PRIVILEGED = SETTINGS["runArgs"]
CAPABILITIES = (
    *("CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID"),
    *("SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW"),
    *("IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_CHROOT", "SYS_PTRACE", "SYS_ADMIN", "SYS_NICE"),
    *("SYS_TIME", "MKNOD", "LEASE", "AUDIT_WRITE", "SETFCAP", "MAC_ADMIN", "SYSLOG"),
)
"""What --privileged gives, but SYS_RESOURCE, and others that no engine asks for."""

AS_PRIVILEGED = (
    "--cap-drop=ALL",
    *(f"--cap-add={each}" for each in CAPABILITIES),
    *("--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"),
    *("--security-opt", "systempaths=unconfined"),
)
"""As much of --privileged as a machine can give that is a container itself."""

WRITABLE = "for each in /sys/fs/cgroup/*; do [ -L $each ] || mount -o remount,bind,rw $each; done"
IMAGE = "socketlab-test/dev-container"


class DevContainer:
    """A container of it, with a copy of this clone as the editor's folder."""

    def __init__(self, folder: Path) -> None:
        """Make the image and start it; ``folder`` is for all that it is given."""
        self.folder = folder
        (folder / "clone").mkdir()
        copy_of_this_clone(folder / "clone")
        self._build()
        self._get_wheels()
        self.workspace = f"/workspaces/{CLONE.name}"
        (mount,) = SETTINGS["mounts"]
        data = dict(word.split("=") for word in mount.split(","))["target"]
        is_whole = not _docker("run", "--rm", *PRIVILEGED, IMAGE, "true", may_fail=True)[0]
        self._identity = _docker(
            *("run", "-d", *(PRIVILEGED if is_whole else AS_PRIVILEGED)),
            *("-v", f"{folder}/clone:{self.workspace}", "-v", f"{folder}/engine:{data}"),
            *("-v", f"{folder}/wheels:/wheels:ro", "-w", self.workspace),
            *("-e", "PIP_NO_INDEX=1", "-e", "PIP_FIND_LINKS=/wheels"),
            *(IMAGE, "sleep", "infinity"),
        )[1].strip()
        if not is_whole:
            status, said = self.run(WRITABLE)
            assert status == 0, said

    def run(self, command: str, within: float = 300) -> tuple[int, str]:
        """Run a command as in the editor's terminal; return its status and what it said."""
        path = SETTINGS["remoteEnv"]["PATH"].replace("${containerEnv:PATH}", "$PATH")
        path = path.replace("${containerWorkspaceFolder}", self.workspace)
        words = f'export PATH="{path}"; {command}'
        return _docker("exec", self._identity, "sh", "-c", words, within=within, may_fail=True)

    def close(self) -> None:
        """Remove it with its engine, and the image."""
        _docker("rm", "-f", "-v", self._identity)
        _docker("rmi", "-f", IMAGE)

    def _build(self) -> None:
        with closing(engine.ensure(print)) as client:
            base.ensure(client, CLONE, print)
        recipe = (FOLDER / SETTINGS["build"]["dockerfile"]).read_text()
        assert f"\nFROM {base.PUBLIC}\n" in recipe
        here = self.folder / "Dockerfile"
        here.write_text(recipe.replace(f"\nFROM {base.PUBLIC}\n", f"\nFROM {base.TAG}\n"))
        words = ["--network", "host", "-t", IMAGE, "-f", str(here), str(FOLDER)]
        _docker("build", "-q", *words, within=600)

    def _get_wheels(self) -> None:
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "-q", "-d", self.folder / "wheels"),
                *("-c", "constraints.txt", ".[test]", "setuptools", "wheel"),
            ],
            cwd=self.folder / "clone",
            capture_output=True,
            timeout=600,
            check=True,
        )


def _docker(*words: str, within: float = 300, may_fail: bool = False) -> tuple[int, str]:
    done = subprocess.run(
        ["docker", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=within,
        check=False,
    )
    assert may_fail or done.returncode == 0, f"docker {shlex.join(words)}: {done.stdout[-2000:]}"
    return done.returncode, done.stdout
