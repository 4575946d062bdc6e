"""Commands about the hosts: bring them up and down, look at them, run something on one."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys

import click

from lab.cli.options import across_option, host_names, json_option, on_option
from lab.cli.output import say
from lab.cli.progress import Progress
from lab.clone import here
from lab.errors import EngineUnavailable, HostUnavailable, LabError
from lab.hosts import across, engines
from lab.hosts.docker.across.lab import connect, ensure, lab_of
from lab.hosts.docker.across.undo import remove_gone
from lab.hosts.docker.compose import gone, labs
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine import engine
from lab.hosts.docker.images.images import remove
from lab.hosts.docker.packed import packed
from lab.hosts.running_lab import RunningLab
from lab.runner.faults import Faults
from lab.runner.session import turn
from lab.scenario import catalogue
from lab.scenario.files import files_of


@click.command("up")
@click.option("--locked", is_flag=True, help="Refuse images whose packages are not as locked.")
@across_option
@click.argument("hosts", nargs=-1, shell_complete=host_names)
def up_command(hosts: tuple[str, ...], locked: bool, engines_of: tuple[str, ...]) -> None:
    """Make the missing images, and start the hosts.

    HOSTS start with the hosts that they need: lab up remote. Without HOSTS, all start except
    those on demand. With --across, what is behind the network middle starts on the second engine.
    """
    clone = here()
    if locked and (engines_of or across.is_across(clone.root)):
        raise click.UsageError("--locked is for a lab on one engine, not across two.")
    if engines_of:
        with Progress() as progress, turn(clone.root, progress.say):
            across.up(clone.root, engines_of, hosts, progress.say)
        _print_hosts(running())
        return
    with Progress() as progress:
        ensure(clone.root, progress.say).close()
        with turn(clone.root, progress.say):
            lab = lab_of(clone.root)
            if locked:
                lab.check_locked(hosts, progress.say)
            lab.up(hosts, progress.say)
    _print_hosts(running())


@click.command("down")
@click.option("--images", is_flag=True, help="Also remove the lab's images that no host uses.")
@click.option("--gone", "of_others", is_flag=True, help="Instead those of clones that are gone.")
@on_option
def down_command(images: bool, of_others: bool, on: tuple[str, ...]) -> None:
    """Remove the hosts and networks of this clone's labs.

    With --gone, remove those of labs whose folder is not on this machine any more.
    """
    if on and (images or of_others):
        raise click.UsageError("--on goes with neither --images nor --gone: give one of them.")
    root = here().root
    with Progress() as progress:
        if of_others:
            with contextlib.closing(engine.connect()) as client:
                removed = [*gone.remove(client, progress.say), *remove_gone(client, progress.say)]
            if not removed:
                say("no lab is left of a clone that is gone")
        elif on:
            engines.down(root, on, progress.say)
        else:
            was_across = across.down(root, progress.say)
            # Both may be elsewhere, and no engine here.
            with contextlib.suppress(*([EngineUnavailable] if was_across else [])):
                labs.down(root, progress.say)
            if others := engines.used(root):
                where = ",".join(others)
                progress.say(f"labs came up on other engines too: lab down --on {where}")
    if images:
        with contextlib.closing(engine.connect()) as client:
            for name in remove(client):
                say(f"removed image {name}")


@click.command("status")
@json_option
def status_command(as_json: bool) -> None:
    """Show the hosts, their addresses, state and faults."""
    with contextlib.closing(running()) as network:
        faults = Faults(network).in_force() if network.up else []
        if as_json:
            keys = ("host", "ipv4", "ipv6", "state")
            hosts = [dict(zip(keys, row, strict=True)) for row in network.rows()]
            told = [{"host": host, "fault": what} for host, what in faults]
            click.echo(json.dumps({"hosts": hosts, "faults": told}, indent=2))
        else:
            _print_hosts(network)
            if where := across.told(here().root):
                click.echo(where)
            _print_labs_beside(network)
            for host, what in faults:
                click.echo(f"{host}: fault in force: {what}")
        if not network.up:
            sys.exit(3)


with_option = click.option(
    "--with", "scenario", metavar="SCENARIO", help="Put its files into the home folder first."
)


@click.command("exec", context_settings={"allow_interspersed_args": False})
@click.option("--root", is_flag=True, help="As root instead of the user that programs run as.")
@with_option
@click.argument("host", shell_complete=host_names)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def exec_command(host: str, command: tuple[str, ...], root: bool, scenario: str | None) -> None:
    """Run a command on HOST, as in: lab exec client ping server.

    The exit status is the command's own.
    """
    _bring(host, scenario)
    words = list(command)
    # Whoever writes the customary "--" before a command of its own options means the same.
    _become(host, words[1:] if words[0] == "--" and len(words) > 1 else words, root)


@click.command("shell")
@click.option("--root", is_flag=True, help="As root instead of the user that programs run as.")
@with_option
@click.argument("host", shell_complete=host_names)
def shell_command(host: str, root: bool, scenario: str | None) -> None:
    """Open a shell on HOST."""
    _bring(host, scenario)
    _become(host, ["bash"], root)


def running() -> RunningLab:
    """Return the running lab of the clone around the current folder."""
    root = here().root
    return RunningLab(connect(root), Lab(root).project)


def _print_labs_beside(first: RunningLab) -> None:
    """Say which labs are up beside the first one, where several scenarios have run at once."""
    root = here().root
    for number in labs.on_engine(first.client, root):
        if number > 1:
            lab = RunningLab(first.client, Lab(root, number).project)
            click.echo(f"Beside it is lab {number}: {', '.join(lab.up) or 'no host is running'}")


def _print_hosts(network: RunningLab) -> None:
    rows = network.rows()
    if not rows:
        click.echo("The lab is down. Try: lab up")
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _bring(host: str, name: str | None) -> None:
    """Put the files of a scenario that hosts may have into the home folder of the ordinary user."""
    if name is None:
        return
    files = files_of(catalogue.find(here().scenarios, name))
    unpack = ["tar", "--extract", "--no-same-permissions", "--directory", "/home/student"]
    identity, variables = running().reached(host)
    argv = ["docker", "exec", "-i", "-u", "student", identity, *unpack]
    done = subprocess.run(
        argv,
        env=variables,
        input=packed(files),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        seen = done.stderr.decode(errors="replace").strip() or f"tar ended with {done.returncode}"
        raise HostUnavailable(f"putting the files of {name} onto {host}", seen, "lab status")


def _become(host: str, command: list[str], root: bool) -> None:
    """Become ``docker exec``, so that streams, signals and the exit status are the command's."""
    identity, variables = running().reached(host)
    terminal = ["-t"] if sys.stdin.isatty() and sys.stdout.isatty() else []
    user, home = ("root", "/root") if root else ("student", "/home/student")
    argv = ["docker", "exec", "-i", *terminal, "-u", user, "-w", home, "-e", f"HOME={home}"]
    sys.stdout.flush()
    try:
        os.execvpe("docker", [*argv, identity, *command], variables)  # noqa: S606
    except OSError as error:
        raise LabError("running docker exec", str(error), "lab doctor") from error
