"""Make the captures in this folder anew, from real traffic between two network namespaces.

Run as root on Linux with iproute2, ethtool, tcpdump, iputils-ping, dig and dnsmasq:

    python3 tests/captures/make.py

The namespaces have names of this process alone and are removed at the end, whatever happens.
Nothing leaves them: their only link is a veth pair, and they have no default route.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
LEFT, RIGHT = (f"socketlab-{os.getpid()}-{side}" for side in ("left", "right"))
LEFT4, RIGHT4 = "10.77.0.10", "10.77.0.20"
LEFT6, RIGHT6 = "fd00:10:77::10", "fd00:10:77::20"
MARKER_TYPE = 0x88B5  # IEEE 802's number for local experiments: it ends a capture
MARKER = b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x0a" + struct.pack("!H", MARKER_TYPE) + bytes(30)
DEADLINE = 10.0
CLONE_NEWNET = 0x40000000


def run(*command: str) -> str:
    """Run a command that must succeed; return what it printed."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    return done.stdout


def within(namespace: str, *command: str, check: bool = True) -> None:
    """Run a command in a namespace."""
    full = ("ip", "netns", "exec", namespace, *command)
    subprocess.run(full, check=check, capture_output=True, timeout=30)


def new_socket(namespace: str, family: int, kind: int, protocol: int = 0) -> socket.socket:
    """Return a socket that belongs to a namespace: it stays there for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/self/ns/net").open() as home, Path(f"/run/netns/{namespace}").open() as there:
        if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns to {namespace}")
        try:
            made = socket.socket(family, kind, protocol)
        finally:
            libc.setns(home.fileno(), CLONE_NEWNET)
    made.settimeout(DEADLINE)
    return made


def link_up() -> None:
    """Make the namespaces and the link between them, with every offload off."""
    for namespace in (LEFT, RIGHT):
        run("ip", "netns", "add", namespace)
    run("ip", "link", "add", "eth0", "netns", LEFT, "type", "veth",
        "peer", "name", "eth0", "netns", RIGHT)  # fmt: skip
    for namespace, host in ((LEFT, "0a"), (RIGHT, "14")):
        end4, end6 = (LEFT4, LEFT6) if namespace == LEFT else (RIGHT4, RIGHT6)
        within(namespace, "ethtool", "-K", "eth0", "tx", "off", "gso", "off", "tso", "off",
               "gro", "off")  # fmt: skip
        within(namespace, "ip", "link", "set", "eth0", "address", f"02:00:00:00:00:{host}")
        within(namespace, "ip", "address", "add", f"{end4}/24", "dev", "eth0")
        within(namespace, "ip", "address", "add", f"{end6}/64", "dev", "eth0", "nodad")
        within(namespace, "ip", "link", "set", "lo", "up")
        within(namespace, "sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/eth0/router_solicitations")
        within(namespace, "ip", "link", "set", "eth0", "up")


def forget_neighbours() -> None:
    """Empty the neighbour tables, so that a capture shows ARP or neighbour discovery."""
    for namespace in (LEFT, RIGHT):
        within(namespace, "ip", "neighbour", "flush", "all")


def wait_for(what: str, condition: object) -> None:
    """Wait until a condition holds; complain of what was waited for."""
    until = time.monotonic() + DEADLINE
    while not condition():  # type: ignore[operator]
        if time.monotonic() > until:
            raise TimeoutError(f"waited {DEADLINE} s for {what}")
        time.sleep(0.01)


@contextmanager
def capturing(name: str, *options: str) -> Iterator[None]:
    """Capture into a file of this folder what the left end of the link sees meanwhile.

    A marker frame sent last tells that everything before it has been written; the file is then cut
    off before it.
    """
    forget_neighbours()
    path = HERE / name
    tap = subprocess.Popen(
        ("ip", "netns", "exec", LEFT, "tcpdump", "-i", "eth0", "--immediate-mode", "-U", "-p",
         "-n", "-Z", "root", *options, "-w", str(path)),
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert tap.stderr is not None
    try:
        if b"listening on" not in tap.stderr.readline():
            raise RuntimeError(f"tcpdump does not listen: {tap.stderr.read()!r}")
        yield
        with new_socket(LEFT, socket.AF_PACKET, socket.SOCK_RAW) as sender:
            sender.bind(("eth0", 0))
            sender.send(MARKER)
        wait_for(f"tcpdump to write {name}", lambda: MARKER in path.read_bytes())
    finally:
        tap.terminate()
        said = tap.communicate(timeout=DEADLINE)[1]
    if b"\n0 packets dropped by kernel" not in said:
        raise RuntimeError(f"tcpdump lost packets: {said!r}")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(MARKER) - 16])
    print(f"{name}: {path.stat().st_size} bytes")  # noqa: T201


def tcp_hello(family: int, client_ip: str, server_ip: str) -> None:
    """Let two sockets greet each other, and a third one meet a closed port."""
    with (
        new_socket(RIGHT, family, socket.SOCK_STREAM) as listener,
        new_socket(LEFT, family, socket.SOCK_STREAM) as client,
        new_socket(LEFT, family, socket.SOCK_STREAM) as refused,
    ):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((server_ip, 15000))
        listener.listen()
        client.bind((client_ip, 40000))
        client.connect((server_ip, 15000))
        server, _ = listener.accept()
        with server:
            client.sendall(b"Hello World")
            server.recv(100)
            server.sendall(b"Hello Yourself")
            client.recv(100)
            server.sendall(b"Goodbye")
            client.recv(100)
            server.shutdown(socket.SHUT_WR)
            client.recv(100)
            client.shutdown(socket.SHUT_WR)
            server.recv(100)
        refused.bind((client_ip, 40001))
        try:
            refused.connect((server_ip, 15999))
        except ConnectionRefusedError:
            return
        raise RuntimeError("nobody refused port 15999")


def tcp_bulk(port: int, size: int) -> None:
    """Send that many bytes one way, over IPv4, from a port that nothing has used yet."""
    with (
        new_socket(RIGHT, socket.AF_INET, socket.SOCK_STREAM) as listener,
        new_socket(LEFT, socket.AF_INET, socket.SOCK_STREAM) as client,
    ):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((RIGHT4, 15000))
        listener.listen()
        client.bind((LEFT4, port))
        client.connect((RIGHT4, 15000))
        server, _ = listener.accept()
        with server:
            client.sendall(bytes(index % 251 for index in range(size)))
            client.shutdown(socket.SHUT_WR)
            got = 0
            while chunk := server.recv(65536):
                got += len(chunk)
            server.close()
            client.recv(1)
    if got != size:
        raise RuntimeError(f"{got} of {size} bytes arrived")


def udp_talk(family: int, client_ip: str, server_ip: str, large: int) -> None:
    """Send small datagrams, an empty one, one larger than the link takes, and one to nobody."""
    with (
        new_socket(RIGHT, family, socket.SOCK_DGRAM) as server,
        new_socket(LEFT, family, socket.SOCK_DGRAM) as client,
        new_socket(LEFT, family, socket.SOCK_DGRAM) as unheard,
    ):
        server.bind((server_ip, 15001))
        client.bind((client_ip, 40000))
        for message in (b"Hello", b"", b"odd", bytes(index % 251 for index in range(large))):
            client.sendto(message, (server_ip, 15001))
            got, sender = server.recvfrom(65536)
            server.sendto(got[:100], sender)
            client.recvfrom(65536)
        unheard.bind((client_ip, 40001))
        unheard.connect((server_ip, 15999))
        unheard.send(b"Anybody there?")
        try:
            unheard.recv(100)
        except ConnectionRefusedError:
            return
        raise RuntimeError("no ICMP error came for port 15999")


def pings() -> None:
    """Ping over both versions; over IPv4 with a recorded route and with timestamps too."""
    within(LEFT, "ping", "-c", "1", RIGHT4)
    within(LEFT, "ping", "-c", "1", "-R", RIGHT4)
    within(LEFT, "ping", "-c", "1", "-T", "tsandaddr", RIGHT4)
    within(LEFT, "ping", "-c", "1", "-s", "3000", RIGHT4)
    within(LEFT, "ping", "-6", "-c", "1", RIGHT6)
    within(LEFT, "ping", "-6", "-c", "1", "-s", "3000", RIGHT6)


def extension_headers() -> None:
    """Send IPv6 datagrams with options for hops and for the receiver, and join a group."""
    padding = bytes((0, 0, 1, 4, 0, 0, 0, 0))
    with (
        new_socket(RIGHT, socket.AF_INET6, socket.SOCK_DGRAM) as server,
        new_socket(LEFT, socket.AF_INET6, socket.SOCK_DGRAM) as client,
    ):
        server.bind((RIGHT6, 15001))
        client.bind((LEFT6, 40000))
        client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_DSTOPTS, padding)
        client.sendto(b"for the receiver", (RIGHT6, 15001))
        server.recv(100)
        client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_HOPOPTS, padding)
        client.sendto(b"for every hop", (RIGHT6, 15001))
        server.recv(100)
        client.sendto(bytes(2000), (RIGHT6, 15001))
        server.recv(4000)
        group = socket.inet_pton(socket.AF_INET6, "ff05::77") + struct.pack("@I", 0)
        number = client_interface()
        group = group[:16] + struct.pack("@I", number)
        seen = reports()
        client.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
        wait_for("a multicast listener report", lambda: reports() > seen)


def client_interface() -> int:
    """Return the number of the left end of the link."""
    words = run("ip", "netns", "exec", LEFT, "cat", "/sys/class/net/eth0/ifindex")
    return int(words)


def reports() -> int:
    """Return how many multicast listener reports the left side has sent."""
    table = run("ip", "netns", "exec", LEFT, "cat", "/proc/net/snmp6")
    counts = dict(line.split() for line in table.splitlines())
    return int(counts["Icmp6OutMLDv2Reports"])


def questions() -> None:
    """Ask a name server for records of many types, over UDP and over TCP."""
    server = subprocess.Popen(
        ("ip", "netns", "exec", RIGHT, "dnsmasq", "--keep-in-foreground", "--no-resolv",
         "--no-hosts", "--conf-file=/dev/null", "--user=root", "--pid-file=",
         f"--listen-address={RIGHT4}", f"--listen-address={RIGHT6}", "--bind-interfaces",
         "--local=/lab.test/", "--domain=lab.test",
         f"--host-record=server.lab.test,{RIGHT4},{RIGHT6}",
         "--cname=www.lab.test,server.lab.test",
         "--mx-host=lab.test,server.lab.test,10",
         '--txt-record=lab.test,hello world,"a, \\"quoted\\" text"',
         "--srv-host=_demo._tcp.lab.test,server.lab.test,15000",
         "--auth-server=server.lab.test", "--auth-zone=zone.test,10.77.1.0/24",
         "--dns-rr=lab.test,51,01020304"),
        stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        wait_for("dnsmasq to listen on port 53", lambda: answers(server))
        for options in (
            ("server.lab.test", "A"), ("server.lab.test", "AAAA"), ("www.lab.test", "A"),
            ("lab.test", "MX"), ("lab.test", "TXT"), ("_demo._tcp.lab.test", "SRV"),
            ("-x", RIGHT4), ("nobody.lab.test", "A"), ("lab.test", "TYPE51"),
            ("+tcp", "server.lab.test", "A"), ("+noedns", "server.lab.test", "ANY"),
        ):  # fmt: skip
            within(LEFT, "dig", "+tries=1", "+time=2", f"@{RIGHT4}", *options)
        within(LEFT, "dig", "+tries=1", "+time=2", f"@{RIGHT6}", "server.lab.test", "AAAA")
        within(LEFT, "dig", "+tries=1", "+time=2", f"@{RIGHT6}", "+tcp", "lab.test", "TXT")
    finally:
        server.terminate()
        server.wait(DEADLINE)


def answers(server: subprocess.Popen[bytes]) -> bool:
    """Whether the name server listens on TCP port 53 of the right side, by the kernel's table."""
    if server.poll() is not None:
        assert server.stderr is not None
        raise RuntimeError(f"dnsmasq ended: {server.stderr.read()!r}")
    table = run("ip", "netns", "exec", RIGHT, "cat", "/proc/net/tcp", "/proc/net/tcp6")
    return table.count(":0035 ") >= 2


def main() -> None:
    """Make every capture."""
    nanoseconds = "--time-stamp-precision=nano"
    v4, v6 = socket.AF_INET, socket.AF_INET6
    try:
        link_up()
        with capturing("tcp_ipv4.pcap", nanoseconds):
            tcp_hello(v4, LEFT4, RIGHT4)
        with capturing("tcp_ipv6.pcap", nanoseconds):
            tcp_hello(v6, LEFT6, RIGHT6)
        with capturing("tcp_bulk.pcap"):
            tcp_bulk(40002, 40_000)
        with capturing("tcp_bulk_cut_off.pcap", "-s", "60"):
            tcp_bulk(40003, 40_000)
        with capturing("udp_ipv4.pcap", nanoseconds):
            udp_talk(v4, LEFT4, RIGHT4, 5000)
        with capturing("udp_ipv6.pcap", nanoseconds):
            udp_talk(v6, LEFT6, RIGHT6, 5000)
        with capturing("ping.pcap"):
            pings()
        with capturing("ipv6_extension_headers.pcap", nanoseconds):
            extension_headers()
        with capturing("dns.pcap", nanoseconds):
            questions()
    finally:
        for namespace in (LEFT, RIGHT):
            subprocess.run(("ip", "netns", "delete", namespace), check=False)


if __name__ == "__main__":
    main()
