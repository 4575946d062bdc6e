"""The command that runs programs line by line."""

from __future__ import annotations

import sys
from contextlib import nullcontext
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
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.observation.steps.walk import Walk
from lab.runner.session import open_lab
from lab.runner.step.order import order as order_of
from lab.runner.step.walker import MOST
from lab.scenario import catalogue
from lab.scenario.files import Files
from lab.scenario.made import opens_windows
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario
from lab.story.steps.log import log_step
from lab.suite import walking
from lab.suite.trying.advice import advice
from lab.suite.trying.replacing import check, pairs
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

    NAME is a scenario's name or path; or it is SERVER.py, and CLIENT.py and --port follow. CLIENT
    is called with ARGUMENTS, without any with "server". At a terminal you say who moves.
    Otherwise, or with --order, the steps are printed.
    """
    over = Family(family or "ipv4")
    if port is not None and more:
        clone = here()
        kept: tuple[str, ...] = (walking.FOLDER,)
        service = Service(port, "udp" if udp else "tcp")
        called = client_words(more[1:], client_args) or ("server",)
        stdin = "".join(f"{line}\n" for line in typed) if typed else None
        serving = words_of("--server-args", server_args)
        server = Program(Path(name).name, *serving, listens_on=service)
        named = Path(more[0]).name
        client = Program(named, *called, stdin=stdin)
        if typed and Path(more[0]).is_file() and opens_windows({named: Path(more[0]).read_bytes()}):
            client = Program(named, *called, typed=typed)
        two = ((Path(name), server), (Path(more[0]), client))
        scenario = _any_two(*two, over, pairs(replacements))
        scenario.check(("server", "client"))
    else:
        if server_args or client_args or typed or replacements:
            reason = "a scenario says itself how its programs are called"
            raise UsageError(f"stepping {name}", reason, f"lab step {name}")
        clone = of([name])
        scenario = _scenario(clone, name, more)
        kept = (scenario.name, walking.FOLDER)
        over = over if family else scenario.families[0]
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
        walked, observation = walking.walk(
            network, scenario, over, choose, watch, order=told_as, most=most, free=steps_itself
        )
        if walked.result is not None and walked.result.kind != "left" and steps_itself:
            reader.look_back()
    scenario_of = None if kept == (walking.FOLDER,) else scenario
    _finish(clone, walked, observation, kept, scenario_of)


def _any_two(
    server: tuple[Path, Program],
    client: tuple[Path, Program],
    family: Family,
    replacements: list[tuple[str, str]],
) -> Scenario:
    """Return the scenario of any two programs, each with the file that it is."""
    paths = {"server": server[0], "client": client[0]}
    homes = {host: path.parent.absolute() for host, path in paths.items()}
    if replacements:
        files = {host: Files(host, home, frozenset()) for host, home in homes.items()}
        check(replacements, [files[host].of_program(path.name) for host, path in paths.items()])
    return Scenario(
        server=server[1], client=client[1], families=[family], replace=dict(replacements)
    ).placed(
        paths["server"].parent,
        name=" and ".join(path.stem for path in paths.values()),
        homes=homes,
    )


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
    clone: Clone,
    walked: Walk,
    observation: Observation,
    kept: tuple[str, ...],
    scenario: Scenario | None,
) -> NoReturn:
    """Keep a walk, tell how it ended, and exit with its status."""
    folder = clone.results(*kept)
    run = Run.of(observation)
    if scenario is not None and not observation.inconclusive:
        run = walking.judged(clone, scenario, observation)
    walking.keep(folder, walked, run)
    result = walked.result
    click.echo(f"Result: {result.text if result else 'could not be stepped to the end'}")
    if result is not None and not result.exit_status:
        for failure in observation.failures:
            click.echo(f"Failed: {harmless(failure)}")
    for sentence, at in walking.failed_at(walked, run):
        place = "" if at is None else f" (look at step {at})"
        click.echo(f"✗ {harmless(sentence)}{place}")
    for reason in observation.inconclusive:
        click.echo(f"Inconclusive: {harmless(reason)}")
    click.echo(f"Kept in {folder}; to look at: {folder / walking.PLAYER}")
    if scenario is None:
        texts = [{name: text.encode() for name, text in s.items()} for s in walked.sources.values()]
        for line in advice(observation, texts):
            click.echo(f"Try: {line}")
    failed = result is None or result.exit_status or observation.failures
    sys.exit(3 if observation.inconclusive else 1 if failed else 0)
