"""The command that runs any two programs."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from lab.cli.output import color, say, width
from lab.clone import here
from lab.observation import store
from lab.observation.run import Run
from lab.runner.run import observe
from lab.runner.session import open_lab
from lab.runner.staging import Staging
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.scenario.words import LESSON
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.suite import publish
from lab.wire.address import Family, Service


@click.command("try")
@click.option("--port", type=click.IntRange(1, 65535), required=True, help="The port of SERVER.")
@click.option("--server-arguments", default="", metavar="WORDS", help="What SERVER is called with.")
@click.option(
    "--typed", multiple=True, metavar="LINE", help="Type this line into CLIENT; repeatable."
)
@click.option("--udp", is_flag=True, help="The port is a UDP port.")
@click.option("--ipv6", "family", flag_value="ipv6", help="Over IPv6 instead of IPv4.")
@click.option("--all", "everything", is_flag=True, help="Also show DNS look-ups and ARP.")
@click.option(
    "-w",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the results there instead of into out/try.",
)
@click.argument("server", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("client", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("arguments", nargs=-1)
def try_command(
    server: Path,
    client: Path,
    arguments: tuple[str, ...],
    port: int,
    server_arguments: str,
    typed: tuple[str, ...],
    udp: bool,
    family: str | None,
    everything: bool,
    folder: Path | None,
) -> None:
    """Run any two programs, and show what happened.

    SERVER is started on a host of its own; once it listens, CLIENT is started on another. It is
    called with ARGUMENTS, or else with the name of the server's host: "server".
    """
    clone = here()
    over = Family(family or "ipv4")
    service = Service(port, "udp" if udp else "tcp")
    scenario = any_two(
        server, client, service, arguments, shlex.split(server_arguments), typed, over
    )
    scenario.check(("server", "client"))
    kept = folder or clone.results("try")
    if folder is not None:
        store.check_own(folder, scenario.hosts)
    with open_lab(clone, say) as network:
        observation = observe(network, scenario, over, staging=Staging(words=LESSON))
    run = Run.of(observation)
    timeline = Timeline.of(run, everything=everything)
    click.echo(render_text(timeline, width=width(), color=color()))
    publish.keep(kept, timeline)
    publish.write_page(kept, timeline)
    click.echo(f"Kept in {kept}")
    sys.exit(3 if observation.inconclusive else 1 if observation.failures else 0)


def any_two(
    server: Path,
    client: Path,
    service: Service,
    arguments: Sequence[str] = (),
    server_arguments: Sequence[str] = (),
    typed: Sequence[str] = (),
    family: Family = Family.IPV4,
) -> Scenario:
    """Return the scenario of any two programs, the client called with the server's host's name."""
    stdin = "".join(f"{line}\n" for line in typed) if typed else None
    return Scenario(
        server=Program(server.name, *server_arguments, listens_on=service),
        client=Program(client.name, *(arguments or ("server",)), stdin=stdin),
        families=[family],
    ).placed(
        server.parent,
        name=f"{server.stem} and {client.stem}",
        homes={"server": server.parent.absolute(), "client": client.parent.absolute()},
    )
