"""Mininet at many hosts on one bridge: up, a run of the same pairs, down, and memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bench import others

# Runs there, so it may use nothing of ours. The bridge has a network namespace of its own, out of
# the way of the machine's firewall; Mininet's own bridge would not.
MANY = (
    others.LISTENS
    + """
import json, subprocess, sys, time
from mininet.net import Mininet
from mininet.node import Switch

class Bridge(Switch):
    def start(self, controllers):
        self.cmd("ip link add br0 type bridge")
        for card in self.intfList():
            if card.name != "lo":
                self.cmd("ip link set", card, "master br0 up")
        self.cmd("ip link set br0 up")

    def connected(self):
        return True

def memory(pid):
    for line in open(f"/proc/{pid}/smaps_rollup"):
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10

running = []

def started(host, *words):
    running.append(host.popen([sys.executable, "-u", *words]))
    return running[-1]

folder, number = sys.argv[1], int(sys.argv[2])
marks = [time.perf_counter()]
net = Mininet(controller=None, build=False, ipBase="10.203.0.0/16")
try:
    bridge = net.addSwitch("s1", cls=Bridge, inNamespace=True)
    hosts = [net.addHost(f"host{each}") for each in range(number)]
    for host in hosts:
        net.addLink(host, bridge)
    net.build()
    bridge.start([])
    marks.append(time.perf_counter())
    weight = sum(memory(host.pid) for host in hosts)
    marks.append(time.perf_counter())
    servers, clients = hosts[::2], hosts[1::2]
    serving = [started(host, folder + "/server.py", "marble") for host in servers]
    for host, program in zip(servers, serving):
        while not listens(host.pid, 15000):
            if time.perf_counter() > marks[-1] + 120 or program.poll() is not None:
                sys.exit(f"the server on {host} never listened")
            time.sleep(0.0005)
    asking = [
        started(host, folder + "/client.py", server.IP(), "violet")
        for host, server in zip(clients, servers)
    ]
    said = {each.communicate(timeout=120)[0].decode() for each in asking}
    for each in serving:
        each.communicate(timeout=120)
    marks.append(time.perf_counter())
finally:
    for each in running:
        each.poll() is None and each.kill()
    net.stop()
marks.append(time.perf_counter())
up, _, run, down = [end - begin for begin, end in zip(marks, marks[1:])]
print(json.dumps({"up": up, "run": run, "down": down, "memory": weight / number, "said": [*said]}))
"""
)


@dataclass(frozen=True)
class Many:
    """What so many hosts of Mininet take: seconds, and bytes a host. Nothing is captured there."""

    up: float
    run: float
    down: float
    memory: float


def many(folder: Path, hosts: int) -> Many:
    """Measure Mininet at so many hosts with the programs in this folder; raises CouldNotJudge."""
    last = others.in_mininet(MANY, folder, hosts, within=600.0)
    found = json.loads(last)
    others.check_heard(found.pop("said"))
    return Many(**found)
