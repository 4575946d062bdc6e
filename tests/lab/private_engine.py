"""A Docker engine of a test's own, shut off from this machine's in namespaces, to be killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lab_clone import wait_for

CGROUP = f"socketlab-test-{os.getpid()}"
"""Of this process alone: tests that run side by side have an engine each."""

NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


class PrivateEngine:
    """A dockerd in network, mount and process namespaces of its own.

    It must not share the machine's firewall: a dockerd that starts empties Docker's chains there.
    """

    def __init__(self, folder: Path) -> None:
        """Start it, and wait until it answers."""
        # A socket's path has 104 bytes at most, and pytest's folders are deep.
        self._sockets = tempfile.TemporaryDirectory(prefix="lab-")
        self.url = f"unix://{self._sockets.name}/engine.sock"
        self._log = (folder / "log").open("wb")
        places = [
            f"--data-root={folder}/data",
            f"--exec-root={self._sockets.name}",
            f"--pidfile={folder}/pid",
        ]
        options = [f"--host={self.url}", "--bridge=none", f"--cgroup-parent=/{CGROUP}"]
        self._process = subprocess.Popen(
            ["unshare", *NAMESPACES, "dockerd", *places, *options],
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        try:
            wait_for("an engine of the test's own", self._answers)
        except AssertionError:
            self.kill()
            raise

    @staticmethod
    def why_not() -> str | None:
        """Return why this machine or user can have none, or None."""
        if os.geteuid() != 0:
            return "only root can start an engine"
        missing = [name for name in ("dockerd", "unshare") if shutil.which(name) is None]
        if missing:
            return f"{' and '.join(missing)} is not on this machine"
        done = subprocess.run(["unshare", *NAMESPACES, "true"], capture_output=True, check=False)
        return None if done.returncode == 0 else "this machine allows no namespaces"

    def load(self, images: Sequence[str]) -> None:
        """Give it images of the machine's engine."""
        with subprocess.Popen(["docker", "save", *images], stdout=subprocess.PIPE) as save:
            subprocess.run(
                ["docker", "-H", self.url, "load", "-q"],
                stdin=save.stdout,
                capture_output=True,
                timeout=120,
                check=True,
            )

    def kill(self) -> None:
        """Kill it and all that it runs, with no time to say goodbye; fine where it is dead."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        with contextlib.suppress(OSError):
            for pid in children.read_text().split():
                os.kill(int(pid), signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait(timeout=30)
        self._log.close()
        self._sockets.cleanup()
        wait_for("the engine's cgroups to be empty", self._remove_cgroups)

    def _answers(self) -> bool:
        assert self._process.poll() is None, "the engine ended"
        done = subprocess.run(
            ["docker", "-H", self.url, "version"], capture_output=True, check=False
        )
        return done.returncode == 0

    def _remove_cgroups(self) -> bool:
        for top in Path("/sys/fs/cgroup").glob(f"**/{CGROUP}"):
            for folder, _, _ in os.walk(top, topdown=False):
                with contextlib.suppress(OSError):
                    Path(folder).rmdir()
        return not list(Path("/sys/fs/cgroup").glob(f"**/{CGROUP}"))
