"""The command that sets faults by hand: while it runs, a link is not what it should be."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from typing import Any, get_args

import click

from lab import interruption
from lab.cli.output import say
from lab.clone import here
from lab.errors import UsageError
from lab.hosts.docker.across.lab import connect, lab_of
from lab.hosts.running_lab import RunningLab
from lab.runner.faults import By, Faults
from lab.runner.session import turn
from lab.scenario.fault import (
    Corrupt,
    Delay,
    Duplicate,
    Fault,
    Having,
    Loss,
    Mtu,
    Of,
    Partition,
    Rate,
    Reorder,
)
from lab.wire.address import Tcp, Udp

NEEDED = ("client", "remote")
"""Hosts that are brought up, with the routers between them, where they are down."""

WHICH = "all, the nth (3, or 1,4) or a share (20%)"


@click.command("fault")
@click.option("--clear", is_flag=True, help="Undo the faults of every session and exit.")
@click.option("--lose", metavar="WHICH", help=f"Lose packets: {WHICH}.")
@click.option("--duplicate", metavar="WHICH", help="Send packets twice.")
@click.option("--corrupt", metavar="WHICH", help="Flip one bit of packets.")
@click.option("--reorder", metavar="WHICH", help="Hold packets back so that others overtake them.")
@click.option("--delay", type=float, metavar="MS", help="Delay packets by this time.")
@click.option("--jitter", type=float, default=0.0, metavar="MS", help="Vary --delay by this time.")
@click.option("--rate", type=int, metavar="BIT/S", help="Limit the rate.")
@click.option("--mtu", type=int, metavar="BYTES", help="Narrow the link to this MTU.")
@click.option("--partition", is_flag=True, help="Lose all packets.")
@click.option("--towards", metavar="HOST", help="Only packets on their way to HOST.")
@click.option(
    "--at", metavar="HOST", help="At HOST's own link to LINK, both ways; or --towards HOST."
)
@click.option("--from", "sender", metavar="HOST", help="At HOST's own link: what HOST sends.")
@click.option("--of", metavar="WHAT", help="Only packets of tcp, udp, icmp, tcp:80, udp:53.")
@click.option(
    "--having",
    type=click.Choice(["SYN", "ACK", "FIN", "RST", "data"]),
    help="Only TCP segments with this flag, or with data.",
)
@click.option("--seed", type=int, help="Choose the same packets of a share each time.")
@click.option(
    "--by",
    type=click.Choice(get_args(By)),
    help="Use the kernel's netem, the lab's relay or its forwarder, not the lab's choice.",
)
@click.argument("link", required=False)
def fault_command(
    link: str | None,
    clear: bool,
    towards: str | None,
    at: str | None,
    sender: str | None,
    of: str | None,
    having: Having | None,
    seed: int | None,
    by: By | None,
    mtu: int | None,
    partition: bool,
    **wanted: str | float | None,
) -> None:
    """Set faults on LINK (lan, middle, far) until Ctrl-C.

    lab fault middle --lose 20% --towards remote

    lab fault lan --lose 30% --from client
    """
    if sender and (at not in (None, sender) or towards):
        seen = f"--from {sender} is at the own link of {sender}, and what it sends"
        raise UsageError("setting a fault", seen, "one of --from, --at and --towards")
    clone = here()
    lab = lab_of(clone.root)
    network = RunningLab(connect(clone.root), lab.project, lambda hosts: lab.up(hosts, say))
    with contextlib.closing(network):
        network.ensure([own] if (own := at or sender) else NEEDED)
        if clear:
            with turn(clone.root, say):
                cleared = Faults(network).clear()
            for host, what in cleared:
                click.echo(f"{host}: undone: {what}")
            click.echo(f"{len(cleared)} undone" if cleared else "There was no fault.")
            return
        about: dict[str, Any] = {"of": _of(of), "having": having, "seed": seed}
        asked = _asked(about, wanted)
        asked += [Mtu(mtu)] if mtu else []
        asked += [Partition(**about)] if partition else []
        if not asked or link is None:
            raise UsageError(
                "setting a fault",
                "no fault is named" if link else "no link is named",
                "lab fault middle --lose 20% --towards remote; lab fault --help",
            )
        if own and (mtu or by):
            seen = f"--{'mtu' if mtu else 'by'} is about routers, and {own}'s own link is meant"
            raise UsageError("setting a fault", seen, "--lose, --delay, --rate or --partition")
        where: dict[str, Any] = {"on": link, "towards": towards}
        if own:
            where |= {"at": own, "away_from": sender}
        _hold(network, Faults(network, by), asked, where)


def _hold(
    network: RunningLab, faults: Faults, asked: list[Fault], where: Mapping[str, Any]
) -> None:
    """Set the faults and keep them until Ctrl-C, or until another session clears them."""
    with contextlib.ExitStack() as undone:
        for fault in asked:
            aimed = {**where, "towards": None} if isinstance(fault, Mtu) else where
            placed = undone.enter_context(faults.fault(fault, **aimed))
            the = "" if placed.by == "netem" else "the "
            by = f", by {the}{placed.by}" if placed.by else ""
            click.echo(f"{placed}{by} (until Ctrl-C)")
            undone.callback(click.echo, f"ends: {placed.sentence}")
        with contextlib.suppress(KeyboardInterrupt), interruption.awaited():
            ended = threading.Event()
            while not network.lost:
                ended.wait(0.2)
    if network.lost:
        click.echo("cleared by another session")


def _asked(about: dict[str, Any], wanted: dict[str, str | float | None]) -> list[Fault]:
    """Return the faults that the options name, each with the packets that it is about."""
    found: list[Fault] = []
    kinds = {"lose": Loss, "duplicate": Duplicate, "corrupt": Corrupt, "reorder": Reorder}
    for option, kind in kinds.items():
        which = wanted.get(option)
        if which is not None:
            found.append(kind(**{**about, **_which(option, str(which))}))
    delay, jitter, rate = wanted.get("delay"), wanted.get("jitter"), wanted.get("rate")
    if delay is not None:
        late, more = float(delay) / 1000, float(jitter or 0) / 1000
        found.append(Delay(**about, seconds=late, jitter=more))
    if rate is not None:
        found.append(Rate(**about, bits_per_second=int(rate)))
    return found


def _which(option: str, text: str) -> dict[str, object]:
    if text == "all":
        return {}
    try:
        if text.endswith("%"):
            return {"share": float(text[:-1]) / 100}
        return {"nth": tuple(map(int, text.split(",")))}
    except ValueError:
        raise UsageError(f"reading --{option} {text}", f"it is not {WHICH}", "--help") from None


def _of(text: str | None) -> Of | None:
    protocol, _, port = (text or "").partition(":")
    if text in (None, "tcp", "udp", "icmp"):
        return text  # type: ignore[return-value]
    kinds = {"tcp": Tcp, "udp": Udp}
    if protocol in kinds and port.isdecimal():
        with contextlib.suppress(TypeError):  # that is no port
            return kinds[protocol](int(port))
    raise UsageError(f"reading --of {text}", "it names no packets", "tcp, udp, icmp, tcp:80")
