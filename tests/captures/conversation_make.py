"""Make the captures conversation_*.pcap: two hosts, and between them a relay that plays tricks.

Run as root on Linux with iproute2 and ethtool::

    python3 tests/captures/conversation_make.py

Two network namespaces are the hosts, real TCP and UDP of the kernel speak in them, and every frame
between them goes through a relay in a third one, which passes it on, drops it, holds it back or
sends it twice as the capture's name says. Nothing leaves the three namespaces; they are removed at
the end.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
CLIENT, SERVER, MIDDLE = "conv-client", "conv-server", "conv-middle"
ADDRESSES = {CLIENT: ("10.99.0.10", "fd00:99::10"), SERVER: ("10.99.0.20", "fd00:99::20")}
DEADLINE = 20.0
ETH_P_ALL = 3
CLONE_NEWNET = 0x40000000
SO_TIMESTAMPNS = 35
FIN, SYN, RST, ACK = 1, 2, 4, 16

LIBC = ctypes.CDLL(None, use_errno=True)
Relay = Callable[[str, bytes], list[tuple[str, bytes]]]


def command(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """Make what this thread opens belong to a namespace; the thread returns to its own after."""
    own, wanted = Path("/proc/thread-self/ns/net"), Path("/run/netns") / name
    with own.open() as home, wanted.open() as there:
        if LIBC.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            LIBC.setns(home.fileno(), CLONE_NEWNET)


def build() -> None:
    for name in (CLIENT, SERVER, MIDDLE):
        command("ip", "netns", "add", name)
    for name, inner in ((CLIENT, "to-client"), (SERVER, "to-server")):
        command("ip", "link", "add", "eth0", "netns", name, "type", "veth",
                "peer", "name", inner, "netns", MIDDLE)  # fmt: skip
        with inside(name):
            Path("/proc/sys/net/ipv6/conf/eth0/accept_dad").write_text("0")
        ip4, ip6 = ADDRESSES[name]
        for netns, link in ((name, "eth0"), (MIDDLE, inner)):
            command("ip", "-n", netns, "link", "set", link, "up")
            command("ip", "netns", "exec", netns, "ethtool", "-K", link,
                    "tx", "off", "gso", "off", "tso", "off", "gro", "off")  # fmt: skip
        command("ip", "-n", name, "addr", "add", f"{ip4}/24", "dev", "eth0")
        command("ip", "-n", name, "addr", "add", f"{ip6}/64", "dev", "eth0", "nodad")


def remove() -> None:
    for name in (CLIENT, SERVER, MIDDLE):
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def packet_socket(netns: str, link: str) -> socket.socket:
    with inside(netns):
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    tap.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    tap.bind((link, ETH_P_ALL))
    return tap


def tcp_flags(frame: bytes) -> int:
    """Return the control bits of a TCP segment over IPv4, or 0."""
    if frame[12:14] == b"\x08\x00" and frame[23] == 6:
        return frame[14 + (frame[14] & 15) * 4 + 13]
    return 0


def tcp_window(frame: bytes) -> int | None:
    """Return the window of a TCP segment over IPv4."""
    if not tcp_flags(frame):
        return None
    return int(struct.unpack_from("!H", frame, 14 + (frame[14] & 15) * 4 + 14)[0])


def resets_seen(count: int) -> Callable[[list[tuple[str, bytes]]], bool]:
    """Return the condition that so many resets have crossed."""
    return lambda passed: sum(bool(tcp_flags(frame) & RST) for _, frame in passed) >= count


def over(passed: list[tuple[str, bytes]]) -> bool:
    """Tell whether both hosts have said FIN and the last word is a bare ACK."""
    ended = {name for name, frame in passed if tcp_flags(frame) & FIN}
    last = passed[-1][1]
    return len(ended) == 2 and tcp_flags(last) == ACK and not tcp_data(last)


def tcp_data(frame: bytes) -> bytes:
    """Return the data of a TCP segment over IPv4, or nothing."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return b""
    at = 14 + (frame[14] & 15) * 4
    total = struct.unpack_from("!H", frame, 16)[0]
    return frame[at + (frame[at + 12] >> 4) * 4 : 14 + total]


class Link:
    """The relay between the two hosts, and a tap on each host's card, while one capture lasts."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.passed: list[tuple[str, bytes]] = []
        self.changed = threading.Condition()
        self.taps = {name: packet_socket(name, "eth0") for name in (CLIENT, SERVER)}
        self.inner = {
            CLIENT: packet_socket(MIDDLE, "to-client"),
            SERVER: packet_socket(MIDDLE, "to-server"),
        }
        self.wake, self.stop = os.pipe()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        sides = {tap.fileno(): (name, tap) for name, tap in self.inner.items()}
        while True:
            ready, _, _ = select.select([self.wake, *sides], [], [])
            if self.wake in ready:
                return
            for number in ready:
                name, tap = sides[number]
                frame, address = tap.recvfrom(65536)
                if address[2] == 4:  # PACKET_OUTGOING: our own
                    continue
                for sender, out in self.relay(name, frame):
                    self.inner[SERVER if sender == CLIENT else CLIENT].send(out)
                with self.changed:
                    self.passed.append((name, frame))
                    self.changed.notify_all()

    def wait(self, what: str, true: Callable[[list[tuple[str, bytes]]], bool]) -> None:
        """Wait until what has crossed the relay fulfils a condition."""
        with self.changed:
            if not self.changed.wait_for(lambda: true(self.passed), DEADLINE):
                raise TimeoutError(f"the relay waited {DEADLINE} s for {what}")

    def save(self, label: str, *hosts: str) -> None:
        """Stop, and write what each host's tap saw of TCP, UDP and ICMP."""
        os.write(self.stop, b"x")
        self.thread.join()
        for name in hosts:
            records = sorted(self.drain(self.taps[name]))
            suffix = "" if len(hosts) == 1 else "_" + name.removeprefix("conv-")
            header = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
            body = b"".join(
                struct.pack("<IIII", *divmod(when, 10**9), len(frame), len(frame)) + frame
                for when, frame in records
            )
            path = HERE / f"conversation_{label}{suffix}.pcap"
            path.write_bytes(header + body)
            print(f"{path.name}: {len(records)} packets, {path.stat().st_size} bytes")  # noqa: T201
        for tap in (*self.taps.values(), *self.inner.values()):
            tap.close()

    def drain(self, tap: socket.socket) -> Iterator[tuple[int, bytes]]:
        while select.select([tap], [], [], 0.1)[0]:
            frame, extra, _, _ = tap.recvmsg(65536, 64)
            seconds, nanoseconds = struct.unpack("qq", extra[0][2])
            ip4 = frame[12:14] == b"\x08\x00" and frame[23] in (1, 6, 17)
            ip6 = frame[12:14] == b"\x86\xdd" and frame[20] in (6, 17, 44)
            if ip4 or ip6:
                yield seconds * 10**9 + nanoseconds, frame


def honest(name: str, frame: bytes) -> list[tuple[str, bytes]]:
    return [(name, frame)]


def nth_data(numbers: set[int], then: Callable[[str, bytes], list[tuple[str, bytes]]]) -> Relay:
    """Pass everything on but the client's n-th segments with data, which ``then`` handles."""
    count = 0

    def relay(name: str, frame: bytes) -> list[tuple[str, bytes]]:
        nonlocal count
        if name == CLIENT and tcp_data(frame):
            count += 1
            if count in numbers:
                return then(name, frame)
        return [(name, frame)]

    return relay


def drop(_name: str, _frame: bytes) -> list[tuple[str, bytes]]:
    return []


def swapping(number: int) -> Relay:
    """Let the client's n-th segment with data be overtaken by the one after it."""
    held: list[tuple[str, bytes]] = []
    count = 0

    def relay(name: str, frame: bytes) -> list[tuple[str, bytes]]:
        nonlocal count
        if name == CLIENT and tcp_data(frame):
            count += 1
            if count == number:
                held.append((name, frame))
                return []
            if held:
                return [(name, frame), held.pop()]
        return [(name, frame)]

    return relay


def transit(flag: int, without: int = 0) -> Relay:
    """Hold each side's first segment with a control bit until both have sent one."""
    held: dict[str, bytes] = {}
    done = False

    def relay(name: str, frame: bytes) -> list[tuple[str, bytes]]:
        nonlocal done
        flags = tcp_flags(frame)
        if done or not flags & flag or flags & without:
            return [(name, frame)]
        held[name] = frame
        if len(held) < 2:
            return []
        done = True
        return list(held.items())

    return relay


def tcp_socket(name: str, port: int, segment: int = 200) -> socket.socket:
    with inside(name):
        end = socket.socket()
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
    end.settimeout(DEADLINE)
    end.bind((ADDRESSES[name][0], port))
    return end


def pair(
    port: int, receive_buffer: int = 0, segment: int = 200
) -> tuple[socket.socket, socket.socket]:
    """Return the client's and the server's socket of a new connection."""
    listener = tcp_socket(SERVER, port, segment)
    if receive_buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    listener.listen()
    client = tcp_socket(CLIENT, port + 20000, segment)
    client.connect((ADDRESSES[SERVER][0], port))
    server, _ = listener.accept()
    listener.close()
    server.settimeout(DEADLINE)
    return client, server


def read_all(end: socket.socket) -> bytes:
    return b"".join(iter(lambda: end.recv(65536), b""))


def text(size: int) -> bytes:
    """Return bytes of which each four tell their place."""
    return b"".join(b"%04d" % at for at in range(size // 4))


def transfer(label: str, relay: Relay, port: int) -> None:
    link = Link(relay)
    client, server = pair(port)
    client.sendall(text(4000))
    client.shutdown(socket.SHUT_WR)
    assert read_all(server) == text(4000)
    server.sendall(b"thanks")
    server.close()
    assert read_all(client) == b"thanks"
    client.close()
    link.wait("the last ACK", over)
    link.save(label, CLIENT, SERVER)


def lost_syn() -> None:
    first = [True]

    def relay(name: str, frame: bytes) -> list[tuple[str, bytes]]:
        if tcp_flags(frame) == SYN and first:
            first.clear()
            return []
        return [(name, frame)]

    link = Link(relay)
    client, server = pair(15002)
    client.close()
    server.close()
    link.wait("the last ACK", over)
    link.save("lost_syn", CLIENT)


def zero_window() -> None:
    link = Link(honest)
    client, server = pair(15003, receive_buffer=4096, segment=1000)
    client.setblocking(False)
    said = text(16000)
    sent = client.send(said)
    link.wait(
        "three segments that say the window is closed",
        lambda passed: sum(n == SERVER and tcp_window(f) == 0 for n, f in passed) >= 3,
    )
    client.settimeout(DEADLINE)
    reader = threading.Thread(target=lambda: read_all(server))
    reader.start()
    client.sendall(said[sent:])
    client.close()
    reader.join()
    server.close()
    link.wait("the last ACK", over)
    link.save("zero_window", CLIENT)


def keep_alive() -> None:
    link = Link(honest)
    client, server = pair(15004)
    for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1)):
        client.setsockopt(socket.IPPROTO_TCP, option, value)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    client.sendall(b"still there?")
    server.recv(100)
    link.wait("two keep-alives", lambda passed: sum(n == CLIENT for n, _ in passed) >= 5)
    server.close()
    client.close()
    link.wait("the last ACK", over)
    link.save("keep_alive", CLIENT)


def resets() -> None:
    link = Link(honest)
    client, server = pair(15005)
    client.sendall(b"never read")
    link.wait("the data", lambda passed: any(tcp_data(frame) for _, frame in passed))
    link.wait("its ACK", lambda passed: passed[-1][0] == SERVER)
    server.close()
    link.wait("the reset", resets_seen(1))
    client.close()
    refused = tcp_socket(CLIENT, 35006)
    with contextlib.suppress(ConnectionRefusedError):
        refused.connect((ADDRESSES[SERVER][0], 15006))
    refused.close()
    link.save("resets", CLIENT)


def simultaneous() -> None:
    link = Link(transit(FIN))
    client, server = pair(15007)
    client.close()
    server.close()
    link.wait("both last ACKs", lambda passed: sum(tcp_flags(f) == ACK for _, f in passed) >= 3)
    link.save("simultaneous_close", CLIENT)
    link = Link(transit(SYN, without=ACK))
    left, right = tcp_socket(CLIENT, 35008), tcp_socket(SERVER, 15008)
    opening = threading.Thread(target=lambda: right.connect((ADDRESSES[CLIENT][0], 35008)))
    opening.start()
    left.connect((ADDRESSES[SERVER][0], 15008))
    opening.join()
    left.close()
    read_all(right)
    right.close()
    link.wait("the last ACK", over)
    link.save("simultaneous_open", CLIENT)


def successive() -> None:
    link = Link(honest)
    for count, said in enumerate((b"first", b"second"), 1):
        client, server = pair(15009)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(said)
        assert server.recv(100) == said
        server.close()
        link.wait("the reset", resets_seen(count))
        client.close()
    link.save("successive", CLIENT)


def fragments() -> None:
    link = Link(honest)
    for family, which in ((socket.AF_INET, 0), (socket.AF_INET6, 1)):
        ends = []
        for name in (CLIENT, SERVER):
            with inside(name):
                end = socket.socket(family, socket.SOCK_DGRAM)
            end.settimeout(DEADLINE)
            end.bind((ADDRESSES[name][which], 15010))
            ends.append(end)
        client, server = ends
        for size in (0, 5, 4000):
            client.sendto(text(size), (ADDRESSES[SERVER][which], 15010))
            said, address = server.recvfrom(65536)
            server.sendto(b"%d bytes" % len(said), address)
            client.recv(100)
    link.save("fragments", CLIENT)


def main() -> None:
    """Make every capture."""
    remove()
    try:
        build()
        transfer("loss", nth_data({5}, drop), 15000)
        transfer("last_lost", nth_data({20}, drop), 15011)
        transfer("reordered", swapping(6), 15001)
        transfer("doubled", nth_data({4}, lambda name, frame: [(name, frame)] * 2), 15012)
        lost_syn()
        zero_window()
        keep_alive()
        resets()
        simultaneous()
        successive()
        fragments()
    finally:
        remove()


if __name__ == "__main__":
    main()
