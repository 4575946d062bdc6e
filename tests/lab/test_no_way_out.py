"""No packet finds a way out of the lab, nor an answer from the engine's own machine.

Proved from the hosts' routes, and against a listener on this machine's own addresses: nothing
outside is ever aimed at.
"""

from __future__ import annotations

import json
import platform
import selectors
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from lab_clone import ROOT, Clone
from this_machine import own_addresses
from waiting import PATIENCE

from lab.hosts.docker import labels
from lab.hosts.docker.compose.identity import Identity
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.compose.project import Project
from lab.hosts.docker.engine import endpoint, engine

HOSTS = Lab(ROOT).hosts
"""Every host of compose.yaml, those on demand too."""

GROUPS = ("239.255.7.7", "ff12::77")
"""Groups that a host may send to, and this machine joins on its bridges."""

# Takes a filter away that keeps this machine off a bridge, in a container as the lab's own.
UNFILTERED = (
    *("docker", "run", "--rm", "--network", "host", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN"),
    *("--entrypoint", "tc"),
)

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
                # Of 224.0.0.1 this host's own sockets get a copy, if their port is this one.
                while s.recvfrom(10)[0] != b"here":
                    pass
            return [[address, kind.name]]
    except OSError:
        return []

with concurrent.futures.ThreadPoolExecutor(32) as pool:
    found = pool.map(lambda each: tried(*each), itertools.product(cards, addresses, kinds))
    print(json.dumps([one for each in found for one in each]))
"""


# Runs on a host. Prints one JSON list: each way in which the kernel took a datagram, whether or not
# anybody answers, from this host's own addresses or, where there is a source, in somebody's name.
SEND = """
import itertools, json, socket, struct, sys
port, source, addresses = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
cards = ["", *(name for _, name in socket.if_nameindex() if name != "lo")]

def opened(card, family, kind, protocol=0):
    s = socket.socket(family, kind, protocol)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode())
    return s

def udp(card, family, end, data):
    with opened(card, family, socket.SOCK_DGRAM) as s:
        if source:
            # IP_FREEBIND of linux/in.h, IPV6_FREEBIND of linux/in6.h
            s.setsockopt(*((0, 15) if family == socket.AF_INET else (41, 78)), 1)
            s.bind((source, 0, 0, end[3]) if len(end) == 4 else (source, 0))
        s.sendto(data, end)

def raw(card, family, end, data):
    name, mine = end[0].partition("%")[0], source
    if not mine:
        with opened(card or "eth0", family, socket.SOCK_DGRAM) as look:
            look.connect(end)
            mine = look.getsockname()[0].partition("%")[0]
    packet = struct.pack("!4H", 5353, port, 8 + len(data), 0) + data
    ends = socket.inet_pton(family, mine) + socket.inet_pton(family, name)
    if family == socket.AF_INET:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(packet), 1, 0, 64, 17, 0)
    else:
        head = struct.pack("!IHBB", 6 << 28, len(packet), 17, 64)
    with opened(card, family, socket.SOCK_RAW, socket.IPPROTO_RAW) as s:
        s.sendto(head + ends + packet, (end[0], 0, *end[2:]))

def tcp(card, family, end, data):
    with opened(card, family, socket.SOCK_STREAM) as s:
        s.settimeout(0.05)
        try:
            s.connect(end)
        except TimeoutError as error:
            raise OSError from error

taken = []
for card, address, way in itertools.product(cards, addresses, (udp, raw, tcp)):
    try:
        family, _, _, _, end = socket.getaddrinfo(address.replace("%card", "%" + card), port)[0]
        way(card, family, end, f"{address} {way.__name__} {card}".encode())
        taken.append([address, way.__name__])
    except OSError:
        pass
print(json.dumps(taken))
"""

# Runs on a host. Prints one JSON list: the ways in which the engine's resolver answered.
RESOLVE = """
import itertools, json, socket, struct
question = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + b"\\6client\\0" + struct.pack("!HH", 1, 1)
ports = {53}
for table in ("tcp", "udp"):
    for line in open(f"/proc/net/{table}"):
        if line.split()[1].startswith("0B00007F:"):
            ports.add(int(line.split()[1][9:], 16))
assert len(ports) == 3, ports
answered = []
cards, kinds = ("", "lo", "eth0"), (socket.SOCK_DGRAM, socket.SOCK_STREAM)
families = ((socket.AF_INET, "127.0.0.11"), (socket.AF_INET6, "::ffff:127.0.0.11"))
for card, kind, (family, address), port in itertools.product(cards, kinds, families, ports):
    with socket.socket(family, kind) as s:
        s.settimeout(0.2)
        try:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode())
            s.connect((address, port))
            s.send(question)
            s.recv(512)
            answered.append([card, kind.name, address, port])
        except OSError:
            pass
print(json.dumps(answered))
"""


class Listener:
    """Answers every TCP connection and every UDP datagram at one port of this machine."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        """The datagrams; an empty one for each connection."""
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
                        self.heard.append(b"")
                    else:
                        said, sender = self.udp.recvfrom(100)
                        self.heard.append(said)
                        self.udp.sendto(b"here", sender)

    def join(self, card: str) -> None:
        """Join the groups on a card of this machine."""
        number = struct.pack("@i", socket.if_nametoindex(card))
        group = socket.inet_aton(GROUPS[0]) + bytes(4) + number
        group6 = socket.inet_pton(socket.AF_INET6, GROUPS[1]) + number
        self.udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        self.udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group6)

    def all_heard(self) -> list[bytes]:
        """Return what was heard until now: what this machine asks itself comes last."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(PATIENCE)
            udp.sendto(b"last", ("127.0.0.1", self.port))
            udp.recv(10)
        heard, self.heard = self.heard, []
        return [each for each in heard if each != b"last"]

    def close(self) -> None:
        self.wake.send(b"!")
        self.thread.join(timeout=PATIENCE)
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
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def from_a_card() -> list[str]:
    """Return the addresses of this machine's cards, as seen from a host's card."""
    return [each + ("%card" if each.startswith("fe80") else "") for each in own_addresses()]


def test_the_listener_answers_this_machine_itself(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=PATIENCE):
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.sendto(b"anybody?", ("127.0.0.1", listener.port))
        assert udp.recv(10) == b"here"


@pytest.mark.parametrize("host", HOSTS)
def test_no_address_of_the_engines_machine_answers_a_host(
    lab: Lab, listener: Listener, host: str
) -> None:
    addresses = from_a_card()
    assert any(address.startswith(lab.prefix6) for address in addresses) or len(addresses) > 1
    everybody = ["255.255.255.255", "224.0.0.1", "ff02::1%card"]
    for number in range(4):
        everybody += [f"{lab.prefix}.{number}.1", f"{lab.prefix}.{number}.255"]
    answered = on_host(
        lab, host, "python3", "-I", "-c", TRY, str(listener.port), *addresses, *everybody
    )
    assert answered == []


@pytest.mark.parametrize("host", HOSTS)
def test_no_datagram_reaches_the_engines_machine(lab: Lab, listener: Listener, host: str) -> None:
    listener.all_heard()
    addresses = [*from_a_card(), "192.0.2.1", "2001:db8::1", "224.0.0.251", "ff02::fb%card"]
    addresses += [f"{lab.prefix}.{number}.1" for number in range(4)]
    addresses += [f"{lab.prefix6}{number}::1" for number in ("", ":1", ":2", ":3")]
    sent = on_host(lab, host, "python3", "-I", "-c", SEND, str(listener.port), "", *addresses)
    assert sent == []
    assert listener.all_heard() == []


@pytest.fixture(scope="module")
def bridge(lab: Lab, listener: Listener) -> str:
    """Give this machine's card on the lab's lan, where the listener is in the groups."""
    with closing(engine.connect()) as client:
        networks = Project(client, lab.project).networks()
    (lan,) = (each["Id"] for each in networks if each["Labels"][labels.NETWORK] == "lan")
    listener.join(f"br-{lan[:12]}")
    return f"br-{lan[:12]}"


def to_everybody(lab: Lab, listener: Listener) -> set[str]:
    """Have a host send to all on its network; return what of it this machine heard, by address."""
    listener.all_heard()
    everybody = ["255.255.255.255", "224.0.0.1", "ff02::1%card", GROUPS[0], f"{GROUPS[1]}%card"]
    sent = on_host(lab, "client", "python3", "-I", "-c", SEND, str(listener.port), "", *everybody)
    assert {address for address, way in sent if way == "udp"} == set(everybody)
    return {each.decode().split()[0] for each in listener.all_heard()}


@pytest.mark.usefixtures("bridge")
def test_this_machine_does_not_hear_what_is_for_everybody(lab: Lab, listener: Listener) -> None:
    assert to_everybody(lab, listener) == set()


def test_a_lab_that_was_killed_before_it_took_this_machine_off_does_so_next_time(
    lab: Lab, listener: Listener, bridge: str
) -> None:
    Identity(lab.root).apart.unlink()
    identity = lab.running()["dns"]
    with closing(engine.connect()) as client:
        image = client.container(identity)["Config"]["Image"]
    words = (image, "qdisc", "del", "dev", bridge, "clsact")
    subprocess.run([*UNFILTERED, *words], timeout=PATIENCE, check=True)
    assert {"255.255.255.255", "ff02::1%card", *GROUPS[:1]} <= to_everybody(lab, listener)
    lab.up()
    assert to_everybody(lab, listener) == set()


def test_the_filters_go_with_the_bridges(second_lab: Clone) -> None:
    assert second_lab.lab("up").status == 0
    lab = Lab(second_lab.root)
    with closing(engine.connect()) as client:
        bridges = {f"br-{each['Id'][:12]}" for each in Project(client, lab.project).networks()}
        assert bridges
        assert bridges <= cards()
        assert second_lab.lab("down").status == 0
        assert not bridges & cards()
        assert client.containers(f"{labels.APART}={lab.project}", all=True) == []


def cards() -> set[str]:
    """Return the names of this machine's cards."""
    return {name for _, name in socket.if_nameindex()}


@pytest.mark.parametrize("host", ["client", "router", "app"])
def test_no_host_speaks_in_the_name_of_another(lab: Lab, host: str) -> None:
    for source, others in (
        (f"{lab.prefix}.0.53", [f"{lab.prefix}.0.20", "255.255.255.255"]),
        (f"{lab.prefix6}::53", [f"{lab.prefix6}::20", "ff02::1%card"]),
        ("fe80::a:53", ["fe80::a:20%card"]),
        ("2001:db8::1", [f"{lab.prefix6}::20"]),
    ):
        sent = on_host(lab, host, "python3", "-I", "-c", SEND, "15000", source, *others)
        assert sent == [], source


def test_a_host_sends_to_others_in_the_same_ways(lab: Lab) -> None:
    addresses = [f"{lab.prefix}.0.20", f"{lab.prefix6}::20", "fe80::a:20%card", "ff02::1%card"]
    addresses += ["255.255.255.255", "224.1.1.1"]
    sent = on_host(lab, "client", "python3", "-I", "-c", SEND, "15000", "", *addresses)
    ways = {(address, way) for address, way in sent}
    assert ways == {(address, way) for address in addresses for way in ("udp", "raw")}


def test_nothing_is_sent_to_another_lab_of_the_engine(lab: Lab, second_lab: Clone) -> None:
    assert second_lab.lab("up").status == 0
    other = Lab(second_lab.root)
    addresses = [f"{other.prefix}.0.20", f"{other.prefix6}::20", f"{other.prefix6}::1"]
    for here in ("client", "router", "nat"):
        assert on_host(lab, here, "python3", "-I", "-c", SEND, "15000", "", *addresses) == []


@pytest.mark.parametrize("host", HOSTS)
def test_the_engines_resolver_answers_nobody(lab: Lab, host: str) -> None:
    assert on_host(lab, host, "python3", "-I", "-c", RESOLVE) == []


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
            timeout=PATIENCE,
            check=False,
        )
        assert asked.returncode != 0, asked.stdout


@pytest.mark.parametrize("version", ["-4", "-6"])
def test_every_pair_of_networks_is_joined_both_ways(lab: Lab, version: str) -> None:
    for here, there in (("client", "remote"), ("remote", "server"), ("inside", "remote")):
        name = f"{there}.ipv{version[1]}.lab.test"
        done = subprocess.run(
            ["docker", "exec", lab.running()[here], "ping", "-c", "1", "-W", "20", name],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
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
        timeout=PATIENCE,
        check=False,
    )
    assert asked.returncode != 0, asked.stdout
