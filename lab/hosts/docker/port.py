"""A host's port: the end of its link in the engine's machine, where its packets are under way.

What a host drops by itself its own tap has not seen sent, or has seen arrive. At the port (the
other end of the host's pair of cards) a packet has left the one tap and not come to the other. A
container in the machine's own network holds a fault there, as long as whoever set it holds the
container's standard input; then it undoes the fault and ends: docs/decisions/0045.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from lab.hosts.docker import labels

STARTING = 60.0
"""Seconds that the container may take until the fault is set, on a busy machine."""

ANSWERING = 20.0
"""Seconds that it may take to count, and to undo the fault."""

# Names its port by the index that the host's card knows, and undoes what one that was killed left.
# Each line that is read is answered by two: what the port's queues have counted, and the ifb's.
SCRIPT = r"""
for each in /sys/class/net/*; do
    [ "$(cat "$each/ifindex" 2>/dev/null)" = "$PORT" ] && port=${each##*/}
done
[ -n "$port" ] && [ -d "/sys/class/net/$port/brport" ] &&
    [ "$(cat "/sys/class/net/$port/iflink")" = "$CARD" ] || {
    echo "the host's port is not in the network of the engine's machine"; exit 1; }
middle=sl-$PORT
undo() {
    tc qdisc del dev "$port" clsact
    tc qdisc del dev "$port" root
    ip link del "$middle"
} 2>/dev/null
must() { said=$("$@" 2>&1) || { undo; echo "$why: $(echo "$said" | head -n 1)"; exit 1; }; }
undo
trap 'undo; exit 0' TERM INT HUP
if [ -n "$PROGRAM" ]; then
    why='the kernel of the engine cannot lose packets at a port (cls_bpf)'
    must tc qdisc add dev "$port" clsact
    for way in $WAYS; do
        must tc filter add dev "$port" "$way" bpf da bytecode "$PROGRAM"
    done
else
    why='the kernel of the engine cannot delay or limit packets at a port (netem)'
    for way in $WAYS; do
        [ "$way" = egress ] && { must tc qdisc add dev "$port" root netem $NETEM; continue; }
        [ -e /sys/class/net/ifb0 ]; is_new=$?
        must ip link add "$middle" type ifb
        # With its module come two that nobody has asked for.
        [ "$is_new" = 0 ] || { ip link del ifb0; ip link del ifb1; } 2>/dev/null
        must ip link set "$middle" up
        must tc qdisc add dev "$middle" root netem $NETEM
        must tc qdisc add dev "$port" clsact
        must tc filter add dev "$port" ingress protocol all u32 match u32 0 0 \
            action mirred egress redirect dev "$middle"
    done
fi
echo set
while read -r _; do
    tc -s -j qdisc show dev "$port" | tr -d '\n'; echo
    { tc -s -j qdisc show dev "$middle" 2>/dev/null || echo '[]'; } | tr -d '\n'; echo
done
undo
"""

EVERYTHING = 1 << 32
"""One more than the greatest number that the kernel draws for a packet."""


def program(share: float) -> str:
    """Return the classic BPF program that drops a share of frames, as tc-bpf(8) takes it.

    It draws a number for each frame. ARP (RFC 826) and neighbour discovery (RFC 4861, types 133 to
    137 of ICMPv6) pass: a fault is about packets, as in a router.
    """
    drop = min(round(share * EVERYTHING), EVERYTHING - 1)
    lines = [
        (0x28, 0, 0, 12),  # the type of what is in the frame
        (0x15, 6, 0, 0x0800),  # IPv4: draw
        (0x15, 0, 7, 0x86DD),  # neither IPv4 nor IPv6: pass
        (0x30, 0, 0, 20),
        (0x15, 0, 3, 58),  # no ICMPv6: draw
        (0x30, 0, 0, 54),
        (0x35, 0, 1, 133),
        (0x25, 0, 2, 137),  # neighbour discovery: pass
        (0x20, 0, 0, 0xFFFFF038),  # draw: SKF_AD_OFF + SKF_AD_RANDOM
        (0x35, 0, 1, drop) if share < 1 else (0x05, 0, 0, 1),
        (0x06, 0, 0, 0xFFFFFFFF),  # pass: TC_ACT_UNSPEC
        (0x06, 0, 0, 2),  # drop: TC_ACT_SHOT
    ]
    return ",".join([str(len(lines)), *(" ".join(map(str, line)) for line in lines)])


class PortUnavailable(OSError):
    """A fault cannot be set at a port; the text says why."""


class PortFault:
    """A fault at a host's port. Its packets are counted as long as it is set."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, is_loss: bool
    ) -> None:
        """Set it by a command that runs SCRIPT in this environment; raises PortUnavailable."""
        self._is_loss = is_loss
        self._lock = threading.Lock()
        self._rest = b""
        # A session of its own: Ctrl-C at the terminal must not end it before the lab has done so.
        self._process = subprocess.Popen(
            list(command),
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            said = self._line(STARTING)
        except PortUnavailable:
            self.undo()
            raise
        if said != "set":
            self.undo()
            raise PortUnavailable(said)

    def counted(self) -> tuple[int, int]:
        """Return how many frames came by, and how many of them it met; raises PortUnavailable."""
        with self._lock:
            if self._process.stdin is None or self._process.stdin.closed:
                raise PortUnavailable("it has been undone")
            try:
                self._process.stdin.write(b"\n")
                self._process.stdin.flush()
            except OSError as error:
                raise PortUnavailable("what held it has ended") from error
            port, middle = self._line(ANSWERING), self._line(ANSWERING)
        return counts(port, middle, self._is_loss)

    def undo(self) -> None:
        """Undo it, and wait until it is undone; fine where it is."""
        with self._lock:
            process = self._process
            if process.stdin is not None and not process.stdin.closed:
                with contextlib.suppress(OSError):  # what held it may have ended
                    process.stdin.close()
            try:
                process.wait(ANSWERING)
            except subprocess.TimeoutExpired:
                # With the command goes the container's input, and it undoes the fault by itself.
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def _line(self, within: float) -> str:
        """Return the next line that the container says; raises PortUnavailable."""
        if (stdout := self._process.stdout) is None or stdout.closed:
            raise PortUnavailable("it has been undone")
        readable = select.poll()
        readable.register(stdout, select.POLLIN)
        give_up = time.monotonic() + within
        while b"\n" not in self._rest:
            left = give_up - time.monotonic()
            if left <= 0 or not readable.poll(left * 1000):
                raise PortUnavailable(f"the container said nothing within {within:g} s")
            if not (read := os.read(stdout.fileno(), 1 << 16)):
                raise PortUnavailable(self._rest.decode(errors="replace") or "docker run ended")
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode(errors="replace")


def counts(port: str, middle: str, is_loss: bool) -> tuple[int, int]:
    """Return how many frames came by, and how many were met, from what tc-qdisc(8) has counted."""
    try:
        queues: list[dict[str, Any]] = [*json.loads(port), *json.loads(middle)]
    except ValueError as error:
        raise PortUnavailable(f"tc counted {port[:60]!r} {middle[:60]!r}") from error
    kind = "clsact" if is_loss else "netem"
    counting = [each for each in queues if each.get("kind") == kind]
    dropped = sum(int(each.get("drops", 0)) for each in counting)
    passed = sum(int(each.get("packets", 0)) + int(each.get("qlen", 0)) for each in counting)
    # An ingress queue counts what it sees, netem what has left it.
    return (passed, dropped) if is_loss else (passed + dropped, passed + dropped)


def given(pair: tuple[int, int], ways: Sequence[str], what: Mapping[str, str]) -> dict[str, str]:
    """Return what SCRIPT is to find in its environment.

    ``pair`` has the indices of the host's card and of its port. ``ways`` are ``egress``, which is
    towards the host, and ``ingress``. ``what`` is a ``PROGRAM``, or what ``NETEM`` is to do.
    """
    nothing = {"PROGRAM": "", "NETEM": ""}
    return {**nothing, "CARD": str(pair[0]), "PORT": str(pair[1]), "WAYS": " ".join(ways), **what}


def in_container(lab: str, image: str, environment: Mapping[str, str]) -> list[str]:
    """Return the command that runs SCRIPT in the network of the engine's machine."""
    return [
        *("docker", "run", "--rm", "-i", "--pull", "never", "--log-driver", "none"),
        *("--label", f"{labels.APART}={lab}", "--network", "host", "--userns", "host"),
        *("--read-only", "--security-opt", "no-new-privileges"),
        *("--cap-drop", "ALL", "--cap-add", "NET_ADMIN"),
        *(word for name, value in environment.items() for word in ("--env", f"{name}={value}")),
        *("--entrypoint", "sh", image, "-c", SCRIPT),
    ]
