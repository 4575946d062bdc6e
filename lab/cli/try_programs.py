"""The command that runs any programs as they are."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lab.cli.options import client_words, replace_option, words_of
from lab.cli.output import color, say, width
from lab.clone import Clone, here, text_of
from lab.errors import UsageError
from lab.observation import store
from lab.observation.run import Run
from lab.runner.by_hand import Meet
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.suite import publish
from lab.suite.trying.advice import advice
from lab.suite.trying.play import Wanted
from lab.suite.trying.replacing import pairs
from lab.suite.trying.watching import difference, stamps, wait_for_change
from lab.wire.address import Family, Service

MOST_CLIENTS = 20


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
@click.option(
    "--clients",
    default="1",
    metavar="NUMBER|HOSTS",
    help="Start so many clients, or one on each of these hosts: client,remote.",
)
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
@replace_option
@click.option(
    "--wheels",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Packages for programs in Python, as files NAME.whl.",
)
@click.option("--udp", is_flag=True, help="The port is a UDP port.")
@click.option(
    "--deadline",
    type=click.FloatRange(0.5, 600),
    default=10.0,
    metavar="SECONDS",
    help="What the clients may take.",
)
@click.option(
    "-i", "--interactive", "with_panes", is_flag=True, help="Type by hand, each program in a pane."
)
@click.option("--watch", is_flag=True, help="Run again when a file is saved; say what changed.")
@click.option("--ipv6", "family", flag_value="ipv6", help="Over IPv6 instead of IPv4.")
@click.option("--all", "everything", is_flag=True, help="Also show DNS look-ups and ARP.")
@click.option("--calls", "with_calls", is_flag=True, help="Also show the programs' system calls.")
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
    clients: str,
    typed: tuple[str, ...],
    server_typed: tuple[str, ...],
    stdin: Path | None,
    replacements: tuple[str, ...],
    wheels: Path | None,
    udp: bool,
    deadline: float,
    with_panes: bool,
    watch: bool,
    family: str | None,
    everything: bool,
    with_calls: bool,
    folder: Path | None,
) -> None:
    """Run any programs as they are, and show what happened.

    SERVER and CLIENT are files, or folders with all that belongs to them. SERVER is started on a
    host of its own; once it listens, CLIENT is started on another. CLIENT is called with ARGUMENTS:
    without any with "server", the name of the server's host, and the port, where it reads them.
    """
    clone = here()
    given = client_words(arguments, client_args)
    number, hosts = _clients(clients)
    wanted = Wanted(
        server,
        client,
        Family(family or "ipv4"),
        server_arguments=words_of("--server-args", server_args),
        client_arguments=given if given or client_args is not None else None,
        service=None if port is None else Service(port, "udp" if udp else "tcp"),
        clients=number,
        client_hosts=hosts,
        typed=typed,
        server_typed=server_typed,
        stdin=None if stdin is None else text_of(stdin),
        replacements=tuple(pairs(replacements)),
        deadline=deadline,
        wheels=wheels,
    )
    kept = folder or clone.results("try")
    if folder is not None:
        store.check_own(folder, ("server", *wanted.client_hosts))
    meet = _meet((*typed, *server_typed), stdin, watch=watch) if with_panes else None
    if not watch:
        _, status = _tried(wanted, clone, kept, meet, everything=everything, with_calls=with_calls)
        sys.exit(status)
    paths, told = (server, client), ""
    while True:
        before = stamps(paths)
        try:
            story, _ = _tried(wanted, clone, kept, everything=everything, with_calls=with_calls)
        except UsageError as error:  # she is in the midst of writing it
            story = str(error)
            click.echo(story)
        for line in difference(told, story) if told else ():
            click.echo(line)
        told = story
        click.echo("Waiting until a file is saved. Ctrl-C ends this.")
        click.echo(f"Saved: {', '.join(wait_for_change(paths, before))}")


def _clients(given: str) -> tuple[int, tuple[str, ...]]:
    """Return how many clients there are, and their hosts; raises UsageError."""
    names = tuple(filter(None, (name.strip() for name in given.split(","))))
    if given.strip().isdecimal():
        names, number = ("client",), int(given)
    else:
        number = len(names)
    if 1 <= number <= MOST_CLIENTS and "server" not in names:
        return number, names
    seen = "the server has that host" if "server" in names else f"{number} are too many or too few"
    raise UsageError(f"reading --clients {given}", seen, "--clients 3, or --clients client,remote")


def _meet(typed: tuple[str, ...], stdin: Path | None, *, watch: bool) -> Meet:
    """Return what has her meet the programs; raises UsageError where she cannot."""
    attempted = "trying programs by hand"
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise UsageError(attempted, "this is no terminal", "--type LINE, or --stdin FILE")
    if typed or stdin is not None or watch:
        seen = "what is typed is given, or the programs run again by themselves"
        raise UsageError(attempted, seen, "leave out --type, --stdin and --watch")
    from lab.cli.panes import meet  # noqa: PLC0415 - what it needs is slow to load

    return meet


def _tried(
    wanted: Wanted,
    clone: Clone,
    kept: Path,
    meet: Meet | None = None,
    *,
    everything: bool,
    with_calls: bool,
) -> tuple[str, int]:
    """Try it once, print and keep the story; return that and the exit status.

    What is kept and returned is without calls.
    """
    observation, sources = wanted.play(clone, say, meet=meet)
    run = Run.of(observation)
    timeline = Timeline.of(run, everything=everything)
    told = Timeline.of(run, everything=everything, with_calls=True) if with_calls else timeline
    click.echo(render_text(told, width=width(), color=color()))
    publish.keep(kept, timeline)
    publish.write_page(kept, timeline, sources=sources)
    click.echo(f"Kept in {kept}")
    for line in advice(observation, sources.values()):
        click.echo(f"Try: {line}")
    status = 3 if observation.inconclusive else 1 if observation.failures else 0
    return render_text(timeline, width=publish.STORY_WIDTH, color=False), status
