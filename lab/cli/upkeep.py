"""Commands for the hosts as they stand: what they said, a fresh one, and the map of them all."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import click

from lab.cli.options import host_names
from lab.cli.progress import Progress
from lab.clone import here
from lab.errors import UnknownName
from lab.hosts.docker.across.lab import connect, ensure, lab_of
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.compose.project import Project
from lab.runner.session import turn
from lab.story.map.arranged import arranged
from lab.story.map.mermaid import as_mermaid
from lab.story.map.picture import as_svg
from lab.story.map.text import as_text
from lab.wire.text import harmless


@click.command("logs")
@click.option(
    "--since", type=click.FloatRange(min=0), metavar="S", help="Only of the last S seconds."
)
@click.argument("host", shell_complete=host_names)
def logs_command(host: str, since: float | None) -> None:
    """Show what HOST and its daemons have said since it started.

    What the programs of a run printed is in lab story.
    """
    lab = Lab(here().root)
    with contextlib.closing(connect(here().root)) as client:
        found = Project(client, lab.project).hosts()
        if host not in found:
            known = ", ".join(sorted(found)) or "none: the lab is down"
            raise UnknownName(
                f"reading the log of host {host}", f"the hosts are: {known}", "lab up"
            )
        begin = 0.0 if since is None else time.time() - since
        said = client.logs(found[host]["Id"], since=begin).decode(errors="replace")
    for line in said.splitlines():
        click.echo(harmless(line))


@click.command("restart")
@click.argument("hosts", nargs=-1, shell_complete=host_names)
def restart_command(hosts: tuple[str, ...]) -> None:
    """Bring HOSTS up anew.

    All that runs on them and is kept on them goes. Without HOSTS, all that are up are made anew.
    """
    clone = here()
    lab = lab_of(clone.root)
    unknown = [name for name in hosts if name not in lab.hosts]
    if unknown:
        known = ", ".join(lab.hosts)
        raise UnknownName(f"restarting host {unknown[0]}", f"the hosts are: {known}", "lab status")
    with Progress() as progress, turn(clone.root, progress.say):
        with contextlib.closing(ensure(clone.root, progress.say)) as client:
            project = Project(client, lab.project)
            found = project.hosts()
            for name in [name for name in hosts or found if name in found]:
                progress.say(f"removing {name}")
                project.remove_host(found[name]["Id"])
        lab.up(hosts or tuple(found), progress.say)
    click.echo(f"anew: {', '.join(hosts or found) or 'the usual hosts'}")


@click.command("map")
@click.option("--text", "form", flag_value="text", default="text", help="As text (usual).")
@click.option("--mermaid", "form", flag_value="mermaid", help="As a Mermaid flowchart.")
@click.option(
    "--svg",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="As a picture, into FILE.",
)
def map_command(form: str, file: Path | None) -> None:
    """Draw the lab's networks and hosts, with their addresses. No engine is needed."""
    topology = Lab(here().root).topology
    wire = arranged(topology.networks, topology.hosts.values())
    if wire is None:
        click.echo("compose.yaml has no network.")
    elif file is not None:
        file.write_text(as_svg(wire), encoding="utf-8")
        click.echo(file)
    else:
        click.echo(as_mermaid(wire) if form == "mermaid" else as_text(wire), nl=False)
