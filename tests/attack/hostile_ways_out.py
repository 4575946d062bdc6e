"""Attacks by programs that send to the engine's machine, ask its resolver, or forge a sender."""

from __future__ import annotations

import socket
from contextlib import suppress

from attack_target import Target
from attacking import Attack, Broke, NotTried
from this_machine import own_addresses

from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import endpoint

KIND = "ways out"


def to_the_machine(target: Target) -> str:
    """Have a program send to each address of this machine, to networks, and to groups."""
    prefix, prefix6 = prefixes(target)
    addresses = [*own_addresses(), f"{prefix}.0.1", f"{prefix6}::1", f"{prefix}.0.255"]
    return sends_out(target, [*addresses, "224.0.0.251", "ff02::fb"])


def to_everybody(target: Target) -> str:
    """Have a program send to all that are on its network, of which this machine might be one."""
    return sends_out(target, ["255.255.255.255", "224.0.0.1", "ff02::1"])


def sends_out(target: Target, addresses: list[str]) -> str:
    """Listen at all addresses of this machine while a program sends to these."""
    if endpoint.find().url != endpoint.DEFAULT:
        raise NotTried("the engine's machine is not this one: its addresses cannot be listened at")
    with (
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as tcp,
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp,
    ):
        port = tcp.getsockname()[1]
        udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        udp.bind(("::", port))
        played = target.play("sends_out.py", str(port), *addresses)
        tcp.setblocking(False)
        udp.setblocking(False)
        heard: list[str] = []
        with suppress(BlockingIOError):
            while True:
                data, (sender, *_) = udp.recvfrom(100)
                heard.append(f"{data.decode(errors='replace')} of {sender}")
        with suppress(BlockingIOError):
            heard.append(f"a connection of {tcp.accept()[1][0]}")
    if played.lines() != ["sent"]:
        raise Broke(f"the program was not played: {played.call.text[-300:]}")
    if heard:
        raise Broke(f"{len(heard)} things arrived at this machine: {'; '.join(heard[:4])}")
    target.check()
    return f"{len(addresses)} addresses, nothing arrived"


def forges_sender(target: Target) -> str:
    """Have a program send in the name of dns, and the server say who sent."""
    prefix, prefix6 = prefixes(target)
    to = f"{prefix}.0.20", f"{prefix6}::20"
    names = (f"{prefix}.0.53", to[0], f"{prefix6}::53", to[1])
    played = target.play("forges_sender.py", *names, server="names_senders.py")
    heard = played.lines("server")
    if forged := [line for line in heard if line.startswith("forged")]:
        raise Broke(f"the server heard: {'; '.join(forged)}")
    if not any(line.startswith("last of") for line in heard):
        raise Broke(f"the server heard nothing at all: {played.call.text[-300:]}")
    target.check()
    return "IPv4 and IPv6 refused"


def asks_resolver(target: Target) -> str:
    """Have a program ask the engine's resolver, which would forward to the machine's."""
    played = target.play("resolves.py")
    if played.lines() != ["asked"]:
        raise Broke(f"the resolver {played.lines()}: {played.call.text[-200:]}")
    target.check()
    return "no answer"


def prefixes(target: Target) -> tuple[str, str]:
    """Return the addresses' beginnings of the lab under attack."""
    lab = Lab(target.clone.root)
    return lab.prefix, lab.prefix6


WAYS_OUT: tuple[Attack[Target], ...] = (
    Attack(
        "datagrams-to-the-machine",
        KIND,
        "nothing arrives at any address of the engine's machine",
        to_the_machine,
        quick=True,
    ),
    Attack(
        "broadcasts-to-the-machine",
        KIND,
        "this machine does not hear them",
        to_everybody,
        quick=True,
    ),
    Attack(
        "forged-sender",
        KIND,
        "no datagram arrives in another host's name",
        forges_sender,
        quick=True,
    ),
    Attack("engine-s-resolver", KIND, "it answers no program", asks_resolver, quick=True),
)
