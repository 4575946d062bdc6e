"""The command that runs programs line by line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click

from lab.cli.options import client_words, family_options, replace_option, words_of
from lab.cli.output import color, say, width
from lab.cli.step_keys import Reader, whole_screen
from lab.clone import Clone, here, of
from lab.errors import UsageError
from lab.hosts import across
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.steps.walk import Walk
from lab.runner.session import open_lab
from lab.runner.step.order import order as order_of
from lab.runner.step.walker import MOST
from lab.scenario import catalogue
from lab.scenario.made import opens_windows
from lab.scenario.scenario import Scenario
from lab.story.steps.log import log_step
from lab.suite import walking
from lab.suite.trying.advice import advice
from lab.suite.trying.play import Wanted, prepare
from lab.suite.trying.replacing import pairs
from lab.suite.trying.side import Side
from lab.wire.address import Family, Service
from lab.wire.text import harmless


@click.command("step")
@click.option("--port", type=click.IntRange(1, 65535), help="The port of SERVER.")
@click.option("--udp", is_flag=True, help="The port is a UDP port.")
@family_options("Over")
@click.option("--order", metavar="ORDER", help="Who moves first: server, client or seed:N.")
@click.option("--most", type=click.IntRange(1), default=MOST, metavar="N", help="At most N steps.")
@click.option("--server-args", default="", metavar="WORDS", help="SERVER's arguments.")
@click.option("--client-args", metavar="WORDS", help="CLIENT's arguments.")
@click.option(
    "--type", "--typed", "typed", multiple=True, metavar="LINE", help="Type this line into CLIENT."
)
@replace_option
@click.argument("name")
@click.argument("more", nargs=-1, metavar="[CLIENT.py] [ARGUMENTS]...")
def step_command(
    name: str,
    more: tuple[str, ...],
    port: int | None,
    udp: bool,
    family: str | None,
    order: str | None,
    most: int,
    server_args: str,
    client_args: str | None,
    typed: tuple[str, ...],
    replacements: tuple[str, ...],
) -> None:
    """Run programs line by line, and see what each line sends.

    NAME is a scenario's name or path; or it is SERVER, and CLIENT and --port follow: files, or
    folders, as "lab try" has them. CLIENT is called with ARGUMENTS: without any with "server", and
    the port, where it reads them. At a terminal you say who moves. Otherwise, or with --order, the
    steps are printed.
    """
    over = Family(family or "ipv4")
    if port is not None and more:
        given = client_words(more[1:], client_args)
        wanted = Wanted(
            Path(name),
            Path(more[0]),
            over,
            server_arguments=words_of("--server-args", server_args),
            client_arguments=given if given or client_args is not None else None,
            service=Service(port, "udp" if udp else "tcp"),
            replacements=tuple(pairs(replacements)),
        )
        wanted, clone = _typed(wanted, typed), here()
        with wanted.made(clone, say) as (scenario, sources):
            walked, observation = _walked(clone, scenario, over, order, most, prepare)
        run = Run.of(observation)
        _finish(clone, walked, run, (walking.FOLDER,), advice(observation, sources.values()))
    if server_args or client_args or typed or replacements:
        reason = "a scenario says itself how its programs are called"
        raise UsageError(f"stepping {name}", reason, f"lab step {name}")
    clone = of([name])
    scenario = _scenario(clone, name, more)
    over = over if family else scenario.families[0]
    walked, observation = _walked(clone, scenario, over, order, most)
    run = Run.of(observation)
    if not observation.inconclusive:
        run = walking.judged(clone, scenario, observation)
    _finish(clone, walked, run, (scenario.name, walking.FOLDER))


def _typed(wanted: Wanted, lines: tuple[str, ...]) -> Wanted:
    """Return what is wanted with lines for the client: its input, or typed into its window.

    Raises UsageError where neither of the two can be stepped.
    """
    server, client = Side.of("server", wanted.server), Side.of("client", wanted.client)
    if not (server.making.is_python or client.making.is_python):
        raise UsageError(
            f"stepping {server.file} and {client.file}",
            "neither is a program in Python",
            f"lab try {wanted.server} {wanted.client} runs them as a whole",
        )
    if lines and client.making.is_python and opens_windows(client.sources):
        return replace(wanted, typed=lines)
    return replace(wanted, stdin="".join(f"{line}\n" for line in lines) if lines else None)


def _walked(
    clone: Clone,
    scenario: Scenario,
    over: Family,
    order: str | None,
    most: int,
    ready: Callable[[RunningLab, Scenario], None] | None = None,
) -> tuple[Walk, Observation]:
    """Step a scenario as the keys or the ``order`` say, once its lab is made ``ready``."""
    walking.check(scenario)
    ordered, wide = order or "server", width()
    steps_itself = order is None and sys.stdin.isatty() and sys.stdout.isatty()
    reader = Reader(color())

    def tell(walk: Walk) -> None:
        if walk.result is None:
            click.echo(log_step(walk, walk.steps[-1], wide), nl=False)

    choose = reader.choose if steps_itself else order_of(ordered)
    watch = reader.watch if steps_itself else tell
    told_as = "keys" if steps_itself else ordered
    across.refuse(clone.root, "stepping")
    with open_lab(clone, say) as network, whole_screen() if steps_itself else nullcontext():
        if ready is not None:
            ready(network, scenario)
        walked, observation = walking.walk(
            network, scenario, over, choose, watch, order=told_as, most=most, free=steps_itself
        )
        if walked.result is not None and walked.result.kind != "left" and steps_itself:
            reader.look_back()
    return walked, observation


def _scenario(clone: Clone, name: str, more: tuple[str, ...]) -> Scenario:
    if more or name.endswith(".py"):
        raise UsageError(
            f"stepping {name}",
            "of two programs the server's port must be known, too",
            f"lab step {name} {more[0] if more else 'client.py'} --port 15000",
        )
    scenario = catalogue.load(catalogue.find(clone.scenarios, name))
    scenario.check(Lab(clone.root).hosts)
    return scenario


def _finish(
    clone: Clone, walked: Walk, run: Run, kept: tuple[str, ...], tries: Iterable[str] = ()
) -> NoReturn:
    """Keep a walk, tell how it ended and what to try next, and exit with its status."""
    folder = clone.results(*kept)
    walking.keep(folder, walked, run)
    result, observation = walked.result, run.observation
    click.echo(f"Result: {result.text if result else 'could not be stepped to the end'}")
    failures = observation.failures if observation else ()
    if result is not None and not result.exit_status:
        for failure in failures:
            click.echo(f"Failed: {harmless(failure)}")
    for sentence, at in walking.failed_at(walked, run):
        place = "" if at is None else f" (look at step {at})"
        click.echo(f"✗ {harmless(sentence)}{place}")
    inconclusive = observation.inconclusive if observation else ()
    for reason in inconclusive:
        click.echo(f"Inconclusive: {harmless(reason)}")
    click.echo(f"Kept in {folder}; to look at: {folder / walking.PLAYER}")
    for line in tries:
        click.echo(f"Try: {line}")
    failed = result is None or result.exit_status or failures
    sys.exit(3 if inconclusive else 1 if failed else 0)
