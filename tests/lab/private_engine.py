"""A Docker engine of a test's own, shut off from this machine's in namespaces, to be killed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path

from lab_clone import ROOT
from waiting import PATIENCE, wait_for

NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--kill-child"]
CGROUPS = Path("/sys/fs/cgroup")
INTO_ROOT = ROOT / "tests" / "engines" / "into-root"


AS_USER = INTO_ROOT.with_name("as-user")


CHILD = "/run/user/*/dockerd-rootless/child_pid"


class Program(Enum):
    """Which engine it is; a rootless one is an ordinary user's."""

    DOCKER = "docker"
    PODMAN = "podman"
    ROOTLESS_DOCKER = "rootless-docker"
    ROOTLESS_PODMAN = "rootless-podman"

    @property
    def is_podman(self) -> bool:
        """Whether it is Podman."""
        return self in (Program.PODMAN, Program.ROOTLESS_PODMAN)

    @property
    def is_rootless(self) -> bool:
        """Whether an ordinary user runs it."""
        return self in (Program.ROOTLESS_DOCKER, Program.ROOTLESS_PODMAN)


class PrivateEngine:
    """A dockerd in network, mount and process namespaces of its own.

    It must not share the machine's firewall: a dockerd that starts empties Docker's chains there.
    """

    def __init__(
        self,
        folder: Path,
        root: Path | None = None,
        *,
        settings: Mapping[str, object] | None = None,
        environment: Mapping[str, str] | None = None,
        program: Program = Program.DOCKER,
    ) -> None:
        """Start it, and wait until it answers.

        It is this machine's dockerd, or that of another Debian's ``root``, which runs in there.
        ``settings`` are those of a daemon.json. Another ``program`` is the root's instead.
        """
        # A socket's path has 104 bytes at most, and pytest's folders are deep.
        self._sockets = tempfile.TemporaryDirectory(prefix="lab-")
        self.url = f"unix://{self._sockets.name}/engine.sock"
        self._cgroup = f"socketlab-{Path(self._sockets.name).name}"
        self._log = folder / "log"
        (folder / "daemon.json").write_text(json.dumps({**(settings or {})}))
        shared = f"{folder}:{self._sockets.name}"
        into = [str(INTO_ROOT), str(root), shared] if root else ["--mount-proc"]
        # One that was killed has left it, and its number is another process here.
        (folder / "pid").unlink(missing_ok=True)
        self._program = program
        if program.is_rootless:
            into += ["sh", "-c", AS_USER.read_text(), AS_USER.name, shared]
        command = self._podman(folder) if program.is_podman else self._dockerd(folder, root)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["unshare", *NAMESPACES, *into, *command],
                env={**os.environ, **(environment or {})},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_for("an engine of the test's own", self._answers)
        except AssertionError:
            self.kill()
            raise

    @staticmethod
    def why_not(needed: Sequence[str] = ("dockerd", "unshare")) -> str | None:
        """Return why this machine or user can have none, or None; ``needed`` are programs."""
        if os.geteuid() != 0:
            return "only root can start an engine"
        missing = [name for name in needed if shutil.which(name) is None]
        if missing:
            return f"{' and '.join(missing)} is not on this machine"
        done = subprocess.run(["unshare", *NAMESPACES, "true"], capture_output=True, check=False)
        return None if done.returncode == 0 else "this machine allows no namespaces"

    def _dockerd(self, folder: Path, root: Path | None) -> list[str]:
        options = [
            f"--config-file={folder}/daemon.json",
            f"--data-root={folder}/data",
            f"--pidfile={folder}/pid",
            *(f"--host={self.url}", "--bridge=none"),
        ]
        if self._program.is_rootless:
            return ["/usr/share/docker.io/contrib/dockerd-rootless.sh", *options]
        exec_root = "/run/docker" if root else self._sockets.name
        cgroup = f"--cgroup-parent=/{self._cgroup}"
        return ["dockerd", *options, f"--exec-root={exec_root}", cgroup]

    def _podman(self, folder: Path) -> list[str]:
        at = "" if self._program.is_rootless else "--runroot=/run/containers"
        return [
            *("podman", f"--root={folder}/data", *filter(None, [at])),
            *("--cgroup-manager=cgroupfs", "--events-backend=file"),
            *("system", "service", "--time=0", self.url),
        ]

    def load(self, images: Sequence[str]) -> None:
        """Give it images of the machine's engine."""
        with subprocess.Popen(["docker", "save", *images], stdout=subprocess.PIPE) as save:
            subprocess.run(
                ["docker", "-H", self.url, "load", "-q"],
                stdin=save.stdout,
                capture_output=True,
                timeout=600,
                check=True,
            )

    def run(self, command: str) -> None:
        """Run a command for sh in its namespaces, and so in its root."""
        (pid,) = self._children()
        within = [*self.in_network(), "--mount", "--pid", f"--target={pid}"]
        shell = ["/bin/sh", "-c", command]
        if self._program is Program.ROOTLESS_DOCKER:
            # Its bridges are in namespaces of the user's own.
            shell = ["/bin/sh", "-c", f'nsenter -t "$(cat {CHILD})" -U -n -m "$@"', "sh", *shell]
        subprocess.run([*within, *shell], timeout=PATIENCE, check=True)

    def in_network(self) -> list[str]:
        """Return the words that run a command of this machine in the network of the engine's.

        An engine's own threads go into the networks of its hosts, and Podman's first one may stay
        there. So the network is the one of `unshare`, which has started the engine.
        """
        return ["nsenter", f"--net=/proc/{self._process.pid}/ns/net"]

    def lay_cable(self, other: PrivateEngine) -> None:
        """Lay a cable to another engine; this one is 192.0.2.1 there, the other 192.0.2.2."""
        ends = {"cable1": self, "cable2": other}
        first, second = (f"{name} netns {end._process.pid}" for name, end in ends.items())
        lay = f"ip link add {first} type veth peer name {second}"
        subprocess.run(lay.split(), timeout=PATIENCE, check=True)
        for number, (name, end) in enumerate(ends.items(), start=1):
            for command in (
                "ip link set lo up",
                f"ip addr add 192.0.2.{number}/24 dev {name}",
                f"ip link set {name} up",
            ):
                subprocess.run([*end.in_network(), *command.split()], timeout=PATIENCE, check=True)

    def filter_bridged(self, on: bool) -> None:
        """Have its firewall see, or not see, what crosses a bridge (the kernel's br_netfilter)."""
        for which in ("iptables", "ip6tables"):
            self.run(f"echo {int(on)} >/proc/sys/net/bridge/bridge-nf-call-{which}")

    def freeze(self) -> None:
        """Stop its daemon, and not what it runs: it takes questions, and answers none."""
        for pid in self._children():
            os.kill(pid, signal.SIGSTOP)

    def kill(self) -> None:
        """Kill it and all that it runs, with no time to say goodbye; fine where it is dead."""
        for pid in self._children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait(timeout=PATIENCE)
        self._sockets.cleanup()
        wait_for("the engine's cgroups to be empty", self._remove_cgroups)

    def _children(self) -> list[int]:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        with contextlib.suppress(OSError):
            return [int(pid) for pid in children.read_text().split()]
        return []

    def _answers(self) -> bool:
        assert self._process.poll() is None, f"the engine ended: {self._log.read_text()[-2000:]}"
        done = subprocess.run(
            ["docker", "-H", self.url, "version"], capture_output=True, check=False
        )
        return done.returncode == 0

    def _remove_cgroups(self) -> bool:
        # At the top of each hierarchy; what is below comes and goes with others' containers.
        tops = [each for at in ("", "*/") for each in CGROUPS.glob(f"{at}{self._cgroup}")]
        for top in tops:
            for folder, _, _ in os.walk(top, topdown=False):
                with contextlib.suppress(OSError):
                    Path(folder).rmdir()
        return not any(top.exists() for top in tops)
