"""No packet finds a way out of the lab, nor an answer from the engine's own machine.

Proved from the hosts' routes, and against a listener on this machine's own addresses: nothing
outside is ever aimed at.
"""

from __future__ import annotations

import json
import platform
import selectors
import socket
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from lab_clone import ROOT, Clone

from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import endpoint

HOSTS = Lab(ROOT).hosts
"""Every host of compose.yaml, those on demand too."""

# Runs on a host. Prints one JSON list: the ways in which anything was answered.
TRY = """
import concurrent.futures, itertools, json, socket, sys
port, addresses = int(sys.argv[1]), sys.argv[2:]
# The empty name is no card: the route decides, as for a beginner's program.
cards = ["", *(name for _, name in socket.if_nameindex() if name != "lo")]
kinds = [socket.SOCK_STREAM, socket.SOCK_DGRAM]

def tried(card, address, kind):
    try:
        name = address.replace('%card', '%' + card)
        family, _, _, _, end = socket.getaddrinfo(name, port, type=kind)[0]
        with socket.socket(family, kind) as s:
            s.settimeout(0.3)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode())
            if kind == socket.SOCK_STREAM:
                s.connect(end)
            else:
                s.sendto(b"anybody?", end)
                s.recvfrom(10)
            return [[address, kind.name]]
    except OSError:
        return []

with concurrent.futures.ThreadPoolExecutor(32) as pool:
    found = pool.map(lambda each: tried(*each), itertools.product(cards, addresses, kinds))
    print(json.dumps([one for each in found for one in each]))
"""


class Listener:
    """Answers every TCP connection and every UDP datagram at one port of this machine."""

    def __init__(self) -> None:
        self.tcp = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port: int = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.udp.bind(("::", self.port))
        self.waker, self.wake = socket.socketpair()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            for each in (self.tcp, self.udp, self.waker):
                selector.register(each, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self.waker:
                        return
                    if key.fileobj is self.tcp:
                        self.tcp.accept()[0].close()
                    else:
                        _, sender = self.udp.recvfrom(100)
                        self.udp.sendto(b"here", sender)

    def close(self) -> None:
        self.wake.send(b"!")
        self.thread.join(timeout=10)
        for each in (self.tcp, self.udp, self.waker, self.wake):
            each.close()


@pytest.fixture(scope="module")
def lab(this_lab: Clone) -> Lab:
    lab = Lab(this_lab.root)
    lab.up(HOSTS)
    return lab


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    if platform.system() != "Linux" or endpoint.find().url != endpoint.DEFAULT:
        pytest.skip("the engine's machine is not this one: its addresses cannot be listened at")
    listener = Listener()
    yield listener
    listener.close()


def on_host(lab: Lab, host: str, *command: str) -> Any:
    """Run a command on a host as root, and return the JSON that it printed."""
    done = subprocess.run(
        ["docker", "exec", lab.running()[host], *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def own_addresses() -> list[str]:
    """Return the addresses of this machine's cards, as seen from a host's card."""
    told = subprocess.run(["ip", "-j", "addr"], capture_output=True, check=True).stdout
    return [
        address["local"] + ("%card" if address["local"].startswith("fe80") else "")
        for card in json.loads(told)
        for address in card["addr_info"]
        if address["scope"] != "host"
    ]


def test_the_listener_answers_this_machine_itself(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=5):
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.sendto(b"anybody?", ("127.0.0.1", listener.port))
        assert udp.recv(10) == b"here"


@pytest.mark.parametrize("host", HOSTS)
def test_no_address_of_the_engines_machine_answers_a_host(
    lab: Lab, listener: Listener, host: str
) -> None:
    addresses = own_addresses()
    assert any(address.startswith(lab.prefix6) for address in addresses) or len(addresses) > 1
    everybody = ["255.255.255.255", "224.0.0.1", "ff02::1%card"]
    for number in range(4):
        everybody += [f"{lab.prefix}.{number}.1", f"{lab.prefix}.{number}.255"]
    answered = on_host(
        lab, host, "python3", "-I", "-c", TRY, str(listener.port), *addresses, *everybody
    )
    assert answered == []


def test_the_hosts_do_answer_each_other_in_the_same_way(lab: Lab) -> None:
    answered = on_host(
        lab, "client", "python3", "-I", "-c", TRY, "53", f"{lab.prefix}.0.53", f"{lab.prefix6}::53"
    )
    assert [kind for _, kind in answered] == ["SOCK_STREAM"] * 4


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("version", ["-4", "-6"])
def test_the_routes_of_a_host_lead_nowhere_but_to_the_lab(
    lab: Lab, host: str, version: str
) -> None:
    routes = on_host(lab, host, "ip", version, "-j", "route")
    lab_own = (f"{lab.prefix}.", f"{lab.prefix6}:", "fe80::a:0/112")
    assert routes != []
    for route in routes:
        assert route["dst"].startswith(lab_own)
        assert route.get("gateway", route["dst"]).startswith(lab_own)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_has_no_way_to_an_address_outside_the_lab(lab: Lab, host: str) -> None:
    # Asked of the host's routes only: no packet is sent. (192.0.2.0/24 and 2001:db8::/32 are for
    # documentation, RFC 5737 and RFC 3849.)
    for address in ("192.0.2.1", "2001:db8::1"):
        asked = subprocess.run(
            ["docker", "exec", lab.running()[host], "ip", "route", "get", address],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert asked.returncode != 0, asked.stdout


@pytest.mark.parametrize("version", ["-4", "-6"])
def test_every_pair_of_networks_is_joined_both_ways(lab: Lab, version: str) -> None:
    for here, there in (("client", "remote"), ("remote", "server"), ("inside", "remote")):
        name = f"{there}.ipv{version[1]}.lab.test"
        done = subprocess.run(
            ["docker", "exec", lab.running()[here], "ping", "-c", "1", "-W", "2", name],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{here} to {there}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("address", ["{}.3.40", "{6}:3::40"])
def test_nobody_reaches_into_the_private_network_by_itself(lab: Lab, address: str) -> None:
    target = address.replace("{6}", lab.prefix6).format(lab.prefix)
    asked = subprocess.run(
        ["docker", "exec", lab.running()["client"], "ip", "route", "get", target],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert asked.returncode != 0, asked.stdout
