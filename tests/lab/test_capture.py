"""Captures are whole, or they are no evidence; and everybody's decoder reads the same in them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
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
from lab.runner.staging import Staging
from lab.runner.taps import Limits
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

    def run(
        server: str,
        client: str,
        family: Family,
        *services: Any,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
    ) -> Observation:
        folder = tmp_path_factory.mktemp("scenario")
        (folder / "server.py").write_text(dedent(server))
        (folder / "client.py").write_text(dedent(client))
        scenario = Scenario(
            server=Program("server.py", listens_on=services),
            client=Program("client.py", "server"),
        ).placed(folder, "")
        return observe(network, scenario, family, staging=Staging(limits=limits))

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


def test_packets_that_the_kernel_dropped_leave_the_run_inconclusive(play: Play) -> None:
    observed = play(SINK, BURSTER, Family.IPV4, Udp(15000), limits=Limits(buffered=1))
    told = " ".join(observed.inconclusive)
    assert re.search(r"lost [1-9]\d* packets, so it is no evidence", told), told


def test_packets_beyond_what_a_tap_keeps_leave_the_run_inconclusive(
    play: Play, tmp_path: Path
) -> None:
    observed = play(ECHO, TALKER, Family.IPV4, Tcp(15000), Udp(15000), limits=Limits(kept=600))
    told = " ".join(observed.inconclusive)
    assert re.search(r"keeps 100,000 packets or 0.0006 MB, and [1-9]\d* more crossed", told), told
    # What there is can be looked at all the same.
    store.save(tmp_path, Run.of(observed))
    assert (tmp_path / "client.pcap").is_file()


def test_a_capture_whose_end_is_not_proved_leaves_the_run_inconclusive(
    play: Play, network: RunningLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = network.open(["server"])["server"].channel
    request = channel.request

    def without_markers(verb: str, **options: Any) -> Any:
        return request(verb, **{**options, "tokens": {}} if verb == "mark" else options)

    monkeypatch.setattr(channel, "request", without_markers)
    observed = play(SINK, BURSTER, Family.IPV4, Udp(15000), limits=Limits(drain=0.2))
    told = " ".join(observed.inconclusive)
    assert (
        "the capture at client cannot prove that it is whole: the marker frame from server" in told
    )


def test_offload_that_is_switched_on_makes_a_capture_no_evidence(
    play: Play, network: RunningLab
) -> None:
    hosts = network.open(["client", "server"]).values()
    try:
        for host in hosts:
            assert host.command("ethtool", "-K", "eth0", "tx", "on")[0] == 0
        observed = play(ECHO, TALKER, Family.IPV4, Tcp(15000), Udp(15000))
    finally:
        for host in hosts:
            assert host.command("ethtool", "-K", "eth0", "tx", "off")[0] == 0
    assert "offloading is on" in " ".join(observed.inconclusive)


def test_a_card_that_goes_down_in_a_run_leaves_it_inconclusive(second_lab: Clone) -> None:
    # In a lab that is thrown away: a card that comes up again has lost its routes.
    assert second_lab.lab("up").status == 0
    with closing(RunningLab(engine.connect(), second_lab.project)) as network:
        server = network.open(["client", "server"])["server"]

        def steps(_: object) -> None:
            assert server.command("ip", "link", "set", "eth0", "down")[0] == 0

        scenario = Scenario(hosts=["client", "server"], steps=steps).placed(second_lab.root)
        observed = observe(network, scenario, Family.IPV4)
    assert any("server" in reason for reason in observed.inconclusive), observed.inconclusive
