"""The command that watches a host's network card: as text, into a file, into another program."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from pathlib import Path

import click

from lab import interruption
from lab.cli import wireshark
from lab.cli.hosts import running
from lab.cli.options import host_names
from lab.cli.output import say
from lab.errors import HostUnavailable, UsageError
from lab.hosts.host import Host
from lab.hosts.running_lab import RunningLab

STDOUT = Path("-")
LOOK_MS = 100
"""Milliseconds after which the lab looks whether what captures has ended."""

_WITH_ITS_READER = """
import os, select, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
select.select([0, os.pidfd_open(child.pid)], [], [])
child.terminate()
sys.exit(max(child.wait(), 0))
"""
"""Runs a command on a host until it ends, or until the standard input does: with `lab capture`."""


@click.command("capture", context_settings={"ignore_unknown_options": True})
@click.option(
    "-w",
    "file",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Write a capture file (pcap); - is the standard output.",
)
@click.option("--wireshark", "live", is_flag=True, help="Show the packets in Wireshark, live.")
@click.option("-c", "count", type=click.IntRange(1), help="End after this many packets.")
@click.option("--on", "on", help="The network to watch (usual: the host's first).")
@click.argument("host", shell_complete=host_names)
@click.argument("filter", nargs=-1, type=click.UNPROCESSED)
def capture_command(
    host: str,
    on: str | None,
    file: Path | None,
    live: bool,
    count: int | None,
    filter: tuple[str, ...],  # noqa: A002
) -> None:
    """Watch HOST's network card until Ctrl-C.

    Without FILTER, all packets are shown.

    FILTER is a pcap filter: lab capture server tcp port 15000
    """
    if live and file:
        raise click.UsageError("--wireshark shows the packets, -w keeps them: give one of them.")
    if file == STDOUT and sys.stdout.isatty():
        raise UsageError(
            f"capturing at {host} into a terminal",
            "a capture is bytes, which no terminal shows",
            f"lab capture {host} -w - | tshark -r -",
        )
    reader = wireshark.program(f"lab capture {host} -w - | tshark -r -") if live else None
    argv = ["tcpdump", "-n", "-l", "--immediate-mode", "-U", "-p", "-Z", "root"]
    argv += ["-c", str(count)] if count else []
    with contextlib.closing(running()) as network:
        watched = network.open([host])[host]
        argv += ["-i", watched.channel.ask("card", card=watched.link(on).mac)]
        status: int | None
        if live or file == STDOUT:
            status = _piped(network, host, [*argv, "-w", "-", *filter], reader)
        else:
            status = _watched(watched, argv, filter, file)
    sys.exit(0 if status in (0, -15) else 2)


def _watched(
    watched: Host, argv: list[str], words: tuple[str, ...], file: Path | None
) -> int | None:
    """Show what tcpdump prints, or fetch what it has written; return its exit status."""
    inside = f"/run/socketlab/capture-{os.getpid()}.pcap"
    program = watched.start(
        [*argv, *(["-w", inside] if file else []), *words],
        as_root=True,
        watcher=lambda line: click.echo(line.text, err=line.stream == "stderr"),
    )
    try:
        with interruption.awaited():
            while not program.wait(3600):
                continue
    except KeyboardInterrupt:
        program.stop()
    if file:
        content = watched.channel.ask("get", path=inside)
        if content is None:
            missing = "the host has no such file"
            raise HostUnavailable("fetching the capture", missing, "lab status")
        file.write_bytes(content)
        say(f"{file}: {len(content)} bytes")
        watched.command("rm", "-f", inside)
    return program.transcript().exit_status


def _piped(network: RunningLab, host: str, argv: list[str], reader: list[str] | None) -> int:
    """Have what tcpdump writes go to the standard output, or into Wireshark; return its status.

    Its end of the input closes with this process, however that ends: then tcpdump ends as well.
    """
    identity, variables = network.reached(host)
    words = ["docker", "exec", "-i", "-u", "root", identity]
    words += ["python3", "-c", _WITH_ITS_READER, *argv]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, stdin=pipe, stdout=pipe if reader else None, env=variables
    ) as capturing:
        shown = (
            subprocess.Popen([*reader, "-k", "-i", "-"], stdin=capturing.stdout) if reader else None
        )
        if capturing.stdout is not None:
            capturing.stdout.close()
        try:
            with interruption.awaited():
                if shown is not None:
                    shown.wait()
                else:
                    _await_end_or_reader(capturing)
        except KeyboardInterrupt:
            if shown is not None:
                shown.terminate()
        if capturing.stdin is not None:
            capturing.stdin.close()
        status = capturing.wait()
        # Ended by the same Ctrl-C as this command, or since its reader has gone.
        return 0 if shown is not None or status < 0 or status > 128 else status


def _await_end_or_reader(capturing: subprocess.Popen[bytes]) -> None:
    """Wait until what captures ends, or nobody reads the standard output any more."""
    unread = select.poll()
    unread.register(sys.stdout.fileno(), 0)
    while capturing.poll() is None:
        if unread.poll(LOOK_MS):
            return
