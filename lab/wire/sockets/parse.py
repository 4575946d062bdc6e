"""Reads socket tables from the text of ``/proc/net``, ``ss`` and ``netstat``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from lab.wire.address import Address

_NAMES = (
    *("ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT"),
    *("CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "SYN_RECV"),
)
STATES = dict(enumerate(_NAMES, 1))
"""The states by the kernel's numbers (include/net/tcp_states.h)."""

# ss(8) writes FIN-WAIT-1 for FIN_WAIT1, and has words of its own for two states.
SS_STATES = {re.sub(r"_|(?=\d)", "-", name): name for name in _NAMES}
SS_STATES |= {"ESTAB": "ESTABLISHED", "UNCONN": "CLOSE", "CLOSED": "CLOSE"}


@dataclass(frozen=True, slots=True)
class SocketEntry:
    """One socket in a host's table.

    ``protocol`` is ``tcp`` or ``udp`` over either IP version, ``remote`` None where the socket has
    no other end, ``state`` as ``netstat`` prints it (a UDP socket is in CLOSE, or ESTABLISHED once
    connected). The queues are in bytes; those of a listening socket count connections. ``v6only``
    says whether an IPv6 socket takes no IPv4 (ipv6(7)). It, ``uid`` and ``inode`` are None where
    the source does not tell.
    """

    protocol: str
    local: Address
    remote: Address | None
    state: str
    receive_queue: int = 0
    send_queue: int = 0
    uid: int | None = None
    inode: int | None = None
    v6only: bool | None = None


def state_name(number: int, protocol: str = "tcp") -> str:
    """Return the name of a state by the kernel's number."""
    return STATES.get(number, f"{protocol} state {number}")


def plain(ip: str) -> str:
    """Return an address as it is on the wire: IPv4 for IPv4-mapped (RFC 4291, 2.5.5.2)."""
    address = ip_address(ip.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def parse_proc(text: str, protocol: str) -> tuple[SocketEntry, ...]:
    """Read ``/proc/net/tcp``, ``tcp6``, ``udp`` or ``udp6`` (proc(5)) of a little-endian machine.

    Other lines are passed over, such as the table's heading.
    """
    return tuple(_proc_entries(text, protocol.rstrip("6")))


def parse_ss(text: str, protocol: str = "tcp") -> tuple[SocketEntry, ...]:
    """Read what ``ss -tan``, ``ss -uan`` or ``ss -tuan`` prints (ss(8)).

    ``protocol`` is what was asked for, where the output has no column that says so.
    """
    found = []
    for line in text.splitlines():
        words = line.split()
        transport = protocol
        if words and words[0] in ("tcp", "udp"):
            transport = words.pop(0)
        if len(words) < 5 or words[0] not in SS_STATES or not words[1].isdigit():
            continue
        local, remote = _ends(words[3]), _ends(words[4])
        if local is not None:
            state = SS_STATES[words[0]]
            queues = int(words[1]), int(words[2])
            found.append(SocketEntry(transport, local, remote, state, *queues))
    return tuple(found)


def parse_netstat(text: str) -> tuple[SocketEntry, ...]:
    """Read what ``netstat -tan`` or ``netstat -uan`` prints (netstat(8)).

    Without ``-W`` netstat cuts long IPv6 addresses off; a line whose address is then no address
    is passed over.
    """
    found = []
    for line in text.splitlines():
        words = line.split()
        if len(words) < 5 or words[0] not in ("tcp", "tcp6", "udp", "udp6"):
            continue
        local, remote = _ends(words[3]), _ends(words[4])
        if local is not None and words[1].isdigit() and words[2].isdigit():
            state = words[5] if len(words) > 5 and words[5].isupper() else "CLOSE"
            transport = words[0].rstrip("6")
            queues = int(words[1]), int(words[2])
            found.append(SocketEntry(transport, local, remote, state, *queues))
    return tuple(found)


def _proc_entries(text: str, protocol: str) -> Iterator[SocketEntry]:
    for line in text.splitlines():
        words = line.split()
        if len(words) < 10 or not words[0].endswith(":"):
            continue
        try:
            local, remote = _proc_address(words[1]), _proc_address(words[2])
            send, receive = (int(part, 16) for part in words[4].split(":"))
            state, uid, inode = int(words[3], 16), int(words[7]), int(words[9])
        except ValueError:
            continue
        yield SocketEntry(
            protocol,
            local,
            remote if remote.port else None,
            state_name(state, protocol),
            receive,
            send,
            uid,
            inode,
        )


def _proc_address(text: str) -> Address:
    """Read ``0100007F:0050``: the address in 32-bit words of the machine's own byte order."""
    digits, _, port = text.partition(":")
    raw = bytes.fromhex(digits)
    packed = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    address = IPv4Address(packed) if len(packed) == 4 else IPv6Address(packed)
    return Address(plain(str(address)), int(port, 16))


def _ends(text: str) -> Address | None:
    """Read ``10.0.0.1:80``, ``[fe80::1%eth0]:80``, ``:::80`` or ``*:80``; None where no port is."""
    ip, _, port = text.rpartition(":")
    if not port.isdigit():
        return None
    ip = "::" if ip == "*" else ip.strip("[]")
    try:
        return Address(plain(ip.replace("]", "")), int(port))
    except ValueError:
        return None
