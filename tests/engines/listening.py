"""What an engine's machine hears of what a host sends to everybody on its network."""

from __future__ import annotations

import subprocess
import sys

from lab_clone import Clone
from private_engine import PrivateEngine

# Runs in the network of the engine's machine. Prints its port, and at the end what it has heard.
LISTEN = """
import contextlib, socket, struct, sys
udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
udp.bind(("::", 0))
udp.settimeout(20)
port = udp.getsockname()[1]
for number, name in socket.if_nameindex():
    card = struct.pack("@i", number)
    with contextlib.suppress(OSError):  # a card without an address of that version
        group = socket.inet_aton("239.255.7.7") + bytes(4) + card
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
    with contextlib.suppress(OSError):
        group = socket.inet_pton(socket.AF_INET6, "ff12::77") + card
        udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
print(port, flush=True)
sys.stdin.readline()
udp.sendto(b"last", ("::1", port))
while (said := udp.recv(100)) != b"last":
    print(said.decode())
"""

# Runs on a host.
SEND = """
import socket, sys
port, card = int(sys.argv[1]), socket.if_nametoindex("eth0")
for to in ("255.255.255.255", "224.0.0.1", "239.255.7.7", "ff02::1", "ff12::77"):
    family = socket.AF_INET6 if ":" in to else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as udp:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
        udp.sendto(to.encode(), (to, port, 0, card)[: 4 if ":" in to else 2])
print("sent")
"""


def heard(engine: PrivateEngine, clone: Clone) -> list[str]:
    """Have a host send to everybody; return the destinations of what the machine heard."""
    command = [*engine.in_network(), sys.executable, "-I", "-c", LISTEN]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as machine:
        assert machine.stdout is not None
        port = machine.stdout.readline().strip()
        assert port.isdigit()
        sent = clone.lab("exec", "client", "python3", "-I", "-c", SEND, port)
        assert sent.stdout.strip() == "sent", sent.text
        found, _ = machine.communicate("end\n", timeout=300)
    assert machine.returncode == 0
    return found.splitlines()
