"""The programs of a scenario played in order: those that listen, then the others, then the end."""

from __future__ import annotations

import time
from functools import partial
from itertools import zip_longest

from lab.errors import LabError, ScenarioInvalid
from lab.runner.pace import LEAST
from lab.runner.stage import GRACE, Stage
from lab.runner.stage_host import StageHost
from lab.runner.stage_program import StageProgram
from lab.scenario import catalogue
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario

LEAVING = 1.0
"""Seconds that a server which serves perhaps has to end by itself after the last client."""

Placed = tuple[StageHost, Program]


def play(scenario: Scenario, stage: Stage) -> None:
    """Play the scenario's own steps, or its programs: those that listen, then the others."""
    if scenario.steps is not None:
        take_steps(scenario, stage)
    else:
        _play_programs(scenario, stage)


def _play_programs(scenario: Scenario, stage: Stage) -> None:
    placed = [
        (stage.host(host), program)
        for host, programs in scenario.programs.items()
        for program in programs
    ]
    servers: list[StageProgram] = []
    for host, program in placed:
        if program.is_server:
            servers.append(host.start(program))
            if servers[-1].stopped_for or servers[-1].unkept:
                return
    if scenario.together:
        by_host = [
            [(stage.host(name), each) for each in programs if not each.is_server]
            for name, programs in scenario.programs.items()
        ]
        _play_together([each for row in zip_longest(*by_host) for each in row if each], stage)
    else:
        for host, program in placed:
            if not program.is_server:
                host.run(program)
    for running in servers:
        _end(running, stage)


def take_steps(scenario: Scenario, stage: Stage) -> None:
    """Play the scenario's own steps, up to one that fails.

    Whatever else goes wrong in them is told with its line, as the teacher's.
    """
    path = scenario.folder / catalogue.FILE
    try:
        assert scenario.steps is not None  # noqa: S101 - the caller has looked
        scenario.steps(stage)
    except LabError:
        raise
    except AssertionError as error:
        stage.failed_steps.append(catalogue.failed_step(error, path))
    except Exception as error:
        raise ScenarioInvalid(
            f"playing the steps of {scenario.name}",
            catalogue.explained(error, path),
            "correct them in scenario.py",
        ) from error


def _play_together(placed: list[Placed], stage: Stage) -> None:
    """Start programs one after the other, each when the one before it has begun; wait for all."""
    since = time.monotonic()
    started: list[tuple[StageHost, StageProgram]] = []
    for number, (host, program) in enumerate(placed, start=1):
        before = len(host.sockets())
        running = host.start(program)
        started.append((host, running))
        if number < len(placed):
            stage.until_seen_to(
                partial(_has_begun, host, running, before),
                stage.pace.deadline_of(program),
                running,
            )
    deadline = max((one.program.waits + stage.pace.deadline_of(one.program) for _, one in started))
    give_up = since + deadline
    stage.until_seen_to(
        lambda: all(each.is_left_to for _, each in started),
        give_up - time.monotonic(),
        *(each for _, each in started),
    )
    for _, each in started:
        stage.leave(each)
    for host, each in started:
        if not each.running.wait(max(LEAST, give_up - time.monotonic())):
            stage.remarks += filter(None, [each.stop_late(deadline)])
        host.take_files(each)


def _has_begun(host: StageHost, running: StageProgram, sockets: int) -> bool:
    """Whether it has ended, printed, come to rest or opened a socket, of which there were some."""
    return running.has_ended or running.typist.is_heard or len(host.sockets()) > sockets


def _end(running: StageProgram, stage: Stage) -> None:
    """Wait for a server's end, or stop it where it goes on serving."""
    serves = running.program.serves
    if serves == "perhaps":
        running.wait(LEAVING, required=False)
        if running.has_ended:
            running.running.wait(LEAVING)
            return
    if serves:
        running.stop()
    elif not running.ends(GRACE):
        within = stage.pace.scaled(GRACE)
        running.stop(f"it had not ended {within:g} s after the other programs, so it was stopped")


def end_all(stage: Stage, scenario: Scenario) -> None:
    """Stop whatever the steps left running; that they did is not the programs' fault.

    What does not go on serving may be at its end, which is a crash perhaps: it gets time for that.
    """
    pairs = [(host, each) for host in map(stage.host, scenario.hosts) for each in host.played]
    stage.pace.until(lambda: all(each.is_done for _, each in pairs), LEAST)
    for host, running in pairs:
        running.stop()
        running.running.ask_trace()
        stage.remarks += running.remarks
        host.take_files(running)


def take_traces(stage: Stage, scenario: Scenario) -> list[str]:
    """Take the traces of all programs, and find lines of their sources; return remarks."""
    remarks: list[str] = []
    for host in map(stage.host, scenario.hosts):
        for running in host.played:
            remarks += running.take_trace()
            running.with_sources(host.folder.sources)
    return remarks
