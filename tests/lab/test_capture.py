"""Captures are whole, or they are no evidence; and everybody's decoder reads the same in them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import dpkt
import pytest
from lab_clone import Clone

from lab.hosts.docker.engine import engine
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.runner.run import observe
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.wire.address import Family, Tcp, Udp

BURST = 5000
FAMILIES = pytest.mark.parametrize("family", list(Family), ids=lambda family: family.label)

SINK = """
    import socket, sys
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sink:
        sink.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sink.bind(("", 15000))
        while sink.recv(2000) != b"end":
            pass
"""
BURSTER = f"""
    import socket, sys
    family, _, _, _, server = socket.getaddrinfo(sys.argv[1], 15000, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as out:
        for number in range({BURST}):
            out.sendto(b"%06d" % number, server)
        out.sendto(b"end", server)
"""
ECHO = """
    import socket, threading
    listener = socket.create_server(("", 15000), family=socket.AF_INET6, dualstack_ipv6=True)
    datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    datagrams.bind(("", 15000))
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)
    data, sender = datagrams.recvfrom(2000)
    datagrams.sendto(data, sender)
"""
TALKER = """
    import socket, sys
    sent = bytes(range(256)) * 400
    heard = b""
    with socket.create_connection((sys.argv[1], 15000)) as connection:
        for start in range(0, len(sent), 10240):
            connection.sendall(sent[start : start + 10240])
            heard += connection.recv(10240, socket.MSG_WAITALL)
        server, family = connection.getpeername(), connection.family
        connection.shutdown(socket.SHUT_WR)
        print(heard == sent, connection.recv(1))
    with socket.socket(family, socket.SOCK_DGRAM) as out:
        out.sendto(b"a datagram", server)
        print(out.recv(100))
"""

Play = Callable[..., Observation]


@pytest.fixture(scope="module")
def play(network: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Give a function that runs a server and a client on this lab, and returns what that showed."""

    def run(server: str, client: str, family: Family, *services: Any) -> Observation:
        folder = tmp_path_factory.mktemp("scenario")
        (folder / "server.py").write_text(dedent(server))
        (folder / "client.py").write_text(dedent(client))
        scenario = Scenario(
            server=Program("server.py", listens_on=services),
            client=Program("client.py", "server"),
        ).placed(folder, "")
        return observe(network, scenario, family)

    return run


@FAMILIES
def test_a_burst_is_captured_to_the_last_datagram_at_both_ends(play: Play, family: Family) -> None:
    observed = play(SINK, BURSTER, family, Udp(15000))
    assert observed.inconclusive == ()
    wanted = [b"%06d" % number for number in range(BURST)] + [b"end"]
    for host in ("client", "server"):
        seen = [
            packet.payload
            for packet in observed.packets(host)
            if packet.protocol == "udp" and packet.destination.port == 15000  # type: ignore[union-attr]
        ]
        assert seen == wanted, f"at {host}: {len(seen)} of {len(wanted)}"


@pytest.fixture(scope="module")
def exchanges(play: Play) -> dict[Family, Observation]:
    """Give one exchange over TCP and UDP in each IP version."""
    return {family: play(ECHO, TALKER, family, Tcp(15000), Udp(15000)) for family in Family}


@FAMILIES
def test_the_programs_of_the_exchange_heard_each_other(
    exchanges: dict[Family, Observation], family: Family
) -> None:
    assert exchanges[family].failures == []
    assert exchanges[family].client.stdout == ["True b''", "b'a datagram'"]


@FAMILIES
@pytest.mark.parametrize("host", ["client", "server"])
def test_tshark_reads_in_a_capture_what_the_lab_reads(
    exchanges: dict[Family, Observation], tmp_path: Path, family: Family, host: str
) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed on this machine")
    store.save(tmp_path, Run.of(exchanges[family]))
    fields = ["frame.len", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.flags"]
    fields += ["udp.srcport", "udp.dstport", "tcp.checksum.status", "udp.checksum.status"]
    options = ["-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]
    words = [word for field in fields for word in ("-e", field)]
    done = subprocess.run(
        ["tshark", "-n", "-r", str(tmp_path / f"{host}.pcap"), *options, "-T", "fields", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if not line.startswith("Running as")]
    assert (done.returncode, complaints) == (0, [])
    seen = [tuple(line.split("\t")) for line in done.stdout.splitlines()]
    ours = []
    for packet in exchanges[family].packets(host):
        tcp = udp = ["", ""]
        numbers = ["", "", ""]
        if packet.tcp:
            header = packet.tcp
            tcp = [str(header.source_port), str(header.destination_port)]
            flags = f"0x{int(header.flags):04x}"
            numbers = [str(header.sequence), str(header.acknowledgment), flags]
        if packet.udp:
            udp = [str(packet.udp.source_port), str(packet.udp.destination_port)]
        good = ["1" if packet.tcp else "", "1" if packet.udp else ""]
        ours.append((str(len(packet.data)), *tcp, *numbers, *udp, *good))
    assert ours == seen
    assert sum(1 for row in ours if row[1]) > 80


@FAMILIES
@pytest.mark.parametrize("host", ["client", "server"])
def test_dpkt_reads_in_a_capture_what_the_lab_reads(
    exchanges: dict[Family, Observation], tmp_path: Path, family: Family, host: str
) -> None:
    store.save(tmp_path, Run.of(exchanges[family]))
    packets = exchanges[family].packets(host)
    with (tmp_path / f"{host}.pcap").open("rb") as file:
        read = list(dpkt.pcap.Reader(file))
    assert [data for _, data in read] == [packet.data for packet in packets]
    for (_, data), packet in zip(read, packets, strict=True):
        inner: Any = getattr(dpkt.ethernet.Ethernet(data).data, "data", None)
        assert isinstance(inner, dpkt.tcp.TCP) == (packet.tcp is not None)
        if packet.tcp:
            header = packet.tcp
            assert (inner.sport, inner.dport, inner.seq, inner.ack, inner.flags, inner.data) == (
                header.source_port,
                header.destination_port,
                header.sequence,
                header.acknowledgment,
                int(header.flags),
                packet.payload,
            )


@FAMILIES
def test_both_ends_captured_the_same_packets_and_no_checksum_is_wrong(
    exchanges: dict[Family, Observation], family: Family
) -> None:
    observed = exchanges[family]
    between = {
        host: sorted(
            packet.data[14:] for packet in observed.packets(host) if packet.tcp is not None
        )
        for host in ("client", "server")
    }
    assert between["client"] == between["server"]
    for host in between:
        assert all(packet.checksums_ok for packet in observed.packets(host))
        assert max(len(packet.data) for packet in observed.packets(host)) <= 1514


@FAMILIES
def test_a_conversation_holds_every_byte_of_the_exchange(
    exchanges: dict[Family, Observation], family: Family
) -> None:
    conversation = exchanges[family].conversation(Tcp(15000))
    assert conversation.sent == conversation.received == bytes(range(256)) * 400
    assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]


@pytest.fixture
def broken_lab(second_lab: Clone) -> Clone:
    """Give a second lab with a burst in it, whose code or hosts a test breaks."""
    (second_lab.root / "sink.py").write_text(dedent(SINK))
    (second_lab.root / "burst.py").write_text(dedent(BURSTER))
    return second_lab


def test_packets_that_the_kernel_dropped_leave_the_run_inconclusive(broken_lab: Clone) -> None:
    broken_lab.edit("lab/hosts/agent/tap.py", "BUFFER = 64 << 20", "BUFFER = 1")
    said = broken_lab.lab("try", "sink.py", "burst.py", "--port", "15000", "--udp")
    assert said.status == 3, said.text
    told = " ".join(said.stdout.split())
    assert "packets, so it is no evidence" in told
    assert "lost 0 packets" not in told


def test_packets_beyond_what_a_tap_keeps_leave_all_expectations_inconclusive(
    broken_lab: Clone,
) -> None:
    broken_lab.edit("lab/runner/taps.py", "LIMIT = 256 << 20", "LIMIT = 600")
    said = broken_lab.lab("run", "tcp_connect")
    assert said.status == 3, said.text
    assert "✔" not in said.stdout
    assert "could not be judged" in said.stdout
    assert (broken_lab.root / "out" / "tcp_connect" / "ipv4" / "client.pcap").is_file()


def test_a_capture_whose_end_is_not_proved_leaves_the_run_inconclusive(broken_lab: Clone) -> None:
    broken_lab.edit("lab/hosts/agent/tap.py", "out.send(", "bytes(")
    broken_lab.edit("lab/runner/taps.py", "DRAIN = 2.0", "DRAIN = 0.2")
    said = broken_lab.lab("try", "sink.py", "burst.py", "--port", "15000", "--udp")
    assert said.status == 3, said.text
    assert "cannot prove that it is whole" in " ".join(said.stdout.split())


@pytest.fixture
def hosts_to_break(broken_lab: Clone) -> Iterator[RunningLab]:
    """Give the second lab's hosts from within, to break them in the middle of a run."""
    assert broken_lab.lab("up").status == 0
    network = RunningLab(engine.connect(), broken_lab.project)
    yield network
    network.close()


def test_offload_that_is_switched_on_makes_a_capture_no_evidence(
    broken_lab: Clone, hosts_to_break: RunningLab
) -> None:
    hosts = hosts_to_break.open(["client", "server"])
    for host in hosts.values():
        assert host.command("ethtool", "-K", "eth0", "tx", "on")[0] == 0
    observed = observe(hosts_to_break, scenario_in(broken_lab), Family.IPV4)
    assert "offloading is on" in " ".join(observed.inconclusive)


def test_a_card_that_goes_down_in_a_run_leaves_it_inconclusive(
    broken_lab: Clone, hosts_to_break: RunningLab
) -> None:
    server = hosts_to_break.open(["client", "server"])["server"]

    def steps(_: object) -> None:
        assert server.command("ip", "link", "set", "eth0", "down")[0] == 0

    observed = observe(hosts_to_break, scenario_in(broken_lab, steps), Family.IPV4)
    assert any("server" in reason for reason in observed.inconclusive), observed.inconclusive


def scenario_in(clone: Clone, steps: Callable[[Any], None] | None = None) -> Scenario:
    """Return the burst as a scenario, or other steps on the same two hosts."""
    if steps is not None:
        return Scenario(hosts=["client", "server"], steps=steps).placed(
            clone.root / "scenarios" / "tcp_connect", ""
        )
    return Scenario(
        server=Program("server.py", listens_on=Tcp(15000)), client=Program("client.py", "server")
    ).placed(clone.root / "scenarios" / "tcp_connect", "")
