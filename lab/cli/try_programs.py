"""The command that runs any programs as they are."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import click

from lab.cli.output import color, say, width
from lab.clone import here
from lab.errors import UsageError
from lab.observation import store
from lab.observation.run import Run
from lab.runner.run import observe
from lab.runner.session import open_lab
from lab.runner.staging import Staging
from lab.runner.tryout import Part, Tryout
from lab.scenario.scenario import Scenario
from lab.scenario.words import LESSON
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.suite import publish
from lab.suite.trying.advice import advice
from lab.suite.trying.replacing import pairs, replaced
from lab.suite.trying.side import Side
from lab.wire.address import Family, Service

PROGRAM = click.Path(exists=True, path_type=Path)


@click.command("try")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="SERVER must listen there. Without: the lab sees where it listens.",
)
@click.option(
    "--server-args", "--server-arguments", default="", metavar="WORDS", help="SERVER's arguments."
)
@click.option(
    "--client-args", metavar="WORDS", help="CLIENT's arguments; {port} is the server's port."
)
@click.option("--clients", type=click.IntRange(1, 20), default=1, help="Start so many clients.")
@click.option(
    "--type",
    "--typed",
    "typed",
    multiple=True,
    metavar="LINE",
    help="Type this line into CLIENT when it asks; 2:LINE into the second client only.",
)
@click.option(
    "--server-type", "server_typed", multiple=True, metavar="LINE", help="The same for SERVER."
)
@click.option(
    "--stdin",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="CLIENT reads FILE instead of the keyboard.",
)
@click.option(
    "--replace",
    "replacements",
    multiple=True,
    metavar="OLD=NEW",
    help="Put NEW where OLD is built in, in a copy: localhost=server.",
)
@click.option("--udp", is_flag=True, help="The port is a UDP port.")
@click.option(
    "--deadline",
    type=click.FloatRange(0.5, 600),
    default=10.0,
    metavar="SECONDS",
    help="What the clients may take.",
)
@click.option("--ipv6", "family", flag_value="ipv6", help="Over IPv6 instead of IPv4.")
@click.option("--all", "everything", is_flag=True, help="Also show DNS look-ups and ARP.")
@click.option(
    "-w",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the results there instead of into out/try.",
)
@click.argument("server", type=click.Path(path_type=Path))
@click.argument("client", type=click.Path(path_type=Path))
@click.argument("arguments", nargs=-1)
def try_command(
    server: Path,
    client: Path,
    arguments: tuple[str, ...],
    port: int | None,
    server_args: str,
    client_args: str | None,
    clients: int,
    typed: tuple[str, ...],
    server_typed: tuple[str, ...],
    stdin: Path | None,
    replacements: tuple[str, ...],
    udp: bool,
    deadline: float,
    family: str | None,
    everything: bool,
    folder: Path | None,
) -> None:
    """Run any programs as they are, and show what happened.

    SERVER and CLIENT are files, or folders with all that belongs to them. SERVER is started on a
    host of its own; once it listens, CLIENT is started on another. CLIENT is called with ARGUMENTS:
    without any with "server", the name of the server's host, and the port, where it reads them.
    """
    clone = here()
    over = Family(family or "ipv4")
    sides = [Side.of("server", server), Side.of("client", client)]
    if client_args is not None and arguments:
        raise UsageError(
            "reading the client's arguments", "they are given twice", "leave --client-args out"
        )
    given = list(arguments) if client_args is None else shlex.split(client_args)
    if client_args is None and not arguments:
        given = sides[1].default_arguments()
    kept = folder or clone.results("try")
    if folder is not None:
        store.check_own(folder, ("server", "client"))
    with replaced(sides, pairs(replacements)) as (serving, calling):
        program = serving.program(shlex.split(server_args), None, serves=True)
        if port is not None:
            program = program.promising([Service(port, "udp" if udp else "tcp")])
        read = None if stdin is None else stdin.read_text(encoding="utf-8")
        caller = calling.program(given, read, serves=False)
        tryout = Tryout(
            Part(program, server_typed),
            tuple(
                Part(
                    caller if clients == 1 else caller.named(f"{caller.name} {number}"),
                    _lines(typed, number, clients),
                )
                for number in range(1, clients + 1)
            ),
            deadline,
        )
        scenario = Scenario(
            hosts=["server", "client"],
            steps=tryout.play,
            families=[over],
            deadline=deadline,
            files={"server": serving.files, "client": calling.files},
        ).placed(
            serving.home,
            name=f"{Path(serving.file).stem} and {Path(calling.file).stem}",
            homes={"server": serving.home, "client": calling.home},
        )
        scenario.check(("server", "client"))
        with open_lab(clone, say) as network:
            observation = observe(network, scenario, over, staging=Staging(words=LESSON))
        sources = [serving.sources, calling.sources]
    run = Run.of(observation)
    timeline = Timeline.of(run, everything=everything)
    click.echo(render_text(timeline, width=width(), color=color()))
    publish.keep(kept, timeline)
    publish.write_page(kept, timeline)
    click.echo(f"Kept in {kept}")
    for line in advice(observation, sources):
        click.echo(f"Try: {line}")
    sys.exit(3 if observation.inconclusive else 1 if observation.failures else 0)


def _lines(typed: tuple[str, ...], number: int, clients: int) -> tuple[str, ...]:
    """Return the lines that are typed into one of the clients."""
    found = []
    for line in typed:
        match = re.fullmatch(r"(\d+):(.*)", line)
        if clients > 1 and match and 1 <= int(match[1]) <= clients:
            found += [match[2]] if int(match[1]) == number else []
        else:
            found.append(line)
    return tuple(found)
