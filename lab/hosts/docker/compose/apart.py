"""Take the engine's machine off the lab's bridges: it neither hears nor says anything there.

A bridge hands what is for everybody (255.255.255.255, ff02::1, groups) to its machine, too, and no
host can tell the two apart. So a container in the machine's own network, which lives for a moment,
sets a filter on each bridge's own card (tc-bpf(8)). It goes with the bridge: docs/decisions/0025.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.errors import LabError
from lab.hosts.background import begin
from lab.hosts.docker import labels
from lab.hosts.docker.apt import Say
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine.client import Known

DEADLINE = 60.0
"""Seconds that the container may take, on a busy machine."""

LOOKING = 0.1
"""Seconds from one look whether there is a host to the next."""

# What the machine itself gets from the bridge, and sends into it, is dropped; what is bridged is
# not seen by these. Not every kernel has both ways of saying "drop". Podman names a bridge as it
# likes, and makes it when a host is first put on it.
FILTERS = r"""
found=
for bridge; do
    card=br-${bridge%%,*}
    [ -e "/sys/class/net/$card" ] ||
        card=$(ip -o -6 addr show to "${bridge#*,}" | sed -n '1s/^[0-9]*: \([^ ]*\) .*/\1/p')
    [ -d "/sys/class/net/${card:-none}/bridge" ] || continue
    found=yes
    tc qdisc add dev "$card" clsact 2>/dev/null
    for way in ingress egress; do
        [ -z "$(tc filter show dev "$card" "$way" 2>/dev/null)" ] || continue
        tc filter add dev "$card" "$way" matchall action drop 2>/dev/null && continue
        tc filter add dev "$card" "$way" bpf da bytecode '1,6 0 0 2' 2>/dev/null ||
            echo "the kernel of the engine has no filter that drops ($way)"
    done
done
[ -n "$found" ] || echo "$NOT_THERE"
"""

NOT_THERE = "the lab's bridges are not to be found in the engine's network"
"""What the container says where no bridge of the lab is in its network, which is the machine's."""


@dataclass(frozen=True)
class Apart:
    """The networks for which it was tried, by the engine's ids, and why it failed; "" if not."""

    networks: list[str]
    why_not: str = ""


@contextlib.contextmanager
def meanwhile(project: Project, note: Path, image: str) -> Iterator[None]:
    """Forget what was done, and set the filters anew while the lab's hosts are being made.

    The machine may have been started again, and then its bridges are new. Compose makes all
    networks before the first host, and a bridge is there with its network. Where it is not
    (Podman), or the filters cannot be set yet, :func:`keep` does it, and tells why.
    """
    note.unlink(missing_ok=True)
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(LOOKING):
            with contextlib.suppress(LabError):
                if project.hosts():
                    keep(project, note, image, lambda _: None)
                    if (done := noted(note)) and done.why_not:
                        note.unlink(missing_ok=True)
                    return

    watching = begin("apart", watch)
    try:
        yield
    finally:
        is_over.set()
    with contextlib.suppress(OSError):
        watching.result(DEADLINE)


def keep(project: Project, note: Path, image: str, say: Say) -> None:
    """See to it that the machine is off the bridges of a lab's networks; never raises LabError.

    ``note`` is where it is kept what was done: nothing is done twice for the same networks.
    """
    networks = project.networks()
    ids = sorted(network["Id"] for network in networks)
    last = noted(note)
    if last and last.networks == ids:
        return
    note.unlink(missing_ok=True)
    why_not = _filtered(project, [bridge(network) for network in networks], image)
    if is_by_itself(why_not, project):
        why_not = ""
    note.parent.mkdir(exist_ok=True)
    note.write_text(json.dumps(asdict(Apart(ids, why_not))))
    if why_not:
        say(f"the engine's machine hears what hosts send to everybody: {why_not}")


def is_by_itself(why_not: str, project: Project) -> bool:
    """Return whether the machine hears nothing, though there is a reason why no filter is set.

    Rootless Podman has its bridges in a network of its own, and not in the machine's
    (podman-unshare(1), "--rootless-netns").
    """
    return why_not == NOT_THERE and project.is_rootless()


def noted(note: Path) -> Apart | None:
    """Return what was done last; None where that is not known."""
    try:
        return Apart(**json.loads(note.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def bridge(network: Known) -> str:
    """Return a bridge's name and its IPv6 network, by one of which it is found."""
    configured = (network.get("IPAM") or {}).get("Config") or ()
    subnets = [str(each.get("Subnet")) for each in configured]
    return f"{network['Id'][:12]},{next((each for each in subnets if ':' in each), 'none')}"


def _filtered(project: Project, bridges: list[str], image: str) -> str:
    """Have the filters set; return why that failed, "" if it did not."""
    command = [
        *("docker", "run", "--rm", "--pull", "never", "--log-driver", "none"),
        *("--label", f"{labels.APART}={project.name}", "--network", "host", "--userns", "host"),
        *("--read-only", "--security-opt", "no-new-privileges"),
        *("--cap-drop", "ALL", "--cap-add", "NET_ADMIN"),
        *(
            "--env",
            f"NOT_THERE={NOT_THERE}",
            "--entrypoint",
            "sh",
            image,
            "-c",
            FILTERS,
            "sh",
            *bridges,
        ),
    ]
    try:
        done = subprocess.run(
            command,
            env=project.client.endpoint.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"docker run had not ended after {DEADLINE:g} s"
    except OSError as error:
        return f"docker: {error.strerror}"
    said = (done.stdout or done.stderr).strip().splitlines()
    if said or done.returncode:
        return said[0] if said else f"docker run ended with {done.returncode}"
    return ""
