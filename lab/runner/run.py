"""One scenario in, one observation out: taps, programs, drained captures, in that order."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from lab.errors import CouldNotJudge, ScenarioInvalid, UsageError
from lab.hosts.docker.across.placement import JOINING
from lab.hosts.host import Host
from lab.hosts.process import Watcher
from lab.hosts.running_lab import RunningLab
from lab.observation.calls.ends import Seen
from lab.observation.observation import HostObservation, Observation
from lab.observation.two_clocks import merged
from lab.runner import cleaning, playing, reach, two_engines
from lab.runner.faults import Faults, asked_for
from lab.runner.making import Maker
from lab.runner.pace import Pace
from lab.runner.refragmented import refragmented
from lab.runner.run_folder import FOLDER
from lab.runner.stage import Stage
from lab.runner.stage_host import StageHost
from lab.runner.staging import Staging
from lab.runner.taps import Taken, Taps, nothing
from lab.runner.tls_keys import take_keys
from lab.scenario import words
from lab.scenario.scenario import Scenario
from lab.wire.address import Family

Play = Callable[[Stage, Taps], None]
"""How the programs of a scenario are started and waited for; whatever is left is stopped then."""


def observe(
    network: RunningLab,
    scenario: Scenario,
    family: Family,
    *,
    staging: Staging | None = None,
    watcher: Watcher | None = None,
    play: Play | None = None,
) -> Observation:
    """Play a scenario over one IP version and return all that it showed.

    ``play`` starts its programs another way.

    What the programs do wrong is in the observation. What the lab could not do (a host died, a
    capture lost packets) is in its ``inconclusive``; raises CouldNotJudge only where no run could
    even begin.
    """
    staging = staging or Staging()
    network.ensure(scenario.hosts)
    hosts = network.open(scenario.hosts)
    for host in hosts.values():
        host.peers = tuple(hosts.values())
    addresses = {
        name: known[family] for name in network.up if family in (known := network.addresses(name))
    }
    files = {host: scenario.files_for(host, staging.files) for host in hosts}
    maker = Maker(network)
    with suppress(UsageError):  # what a compiler says is told as what the program does
        maker.prepare(scenario, files)
    spoken = {**words.PLAIN, **(staging.words or words.draw(scenario.folder))}
    named = {name: files[name].named(scenario.files.get(name, ())) for name in hosts}
    echoes = reach.ask(hosts.values(), family)
    # Any may hear an RST of another: so the lab waits for all.
    cleaning.answered(network, ((host, host.end_leftovers(FOLDER)) for host in hosts.values()))
    reach.check(echoes, network)
    placed = [
        (host, future)
        for name, host in hosts.items()
        for future in (host.renew(), host.put(FOLDER, named[name]))
    ]
    by = asked_for()
    guards = [
        (hosts[name], hosts[name].channel.ask("guard", kind="cut_off")) for name in staging.cut_off
    ]
    started_ns = time.time_ns()
    second = two_engines.on_second(network, hosts)
    clocks = [two_engines.read_clocks([*hosts.values()], second)]
    taps = Taps(list(hosts.values()), staging.limits, two_engines.unheard(network))
    elsewhere = [(host, host.channel.request("guards", own=False)) for host in hosts.values()]
    cleaning.answered(network, placed)
    stage = Stage(
        hosts,
        family,
        addresses,
        files=files,
        words=spoken,
        pace=Pace(scenario.deadline, staging.deadline_scale),
        replaced_words=staging.replaced_words,
        untraced=staging.untraced,
        watcher=watcher,
        maker=maker,
        named=scenario.files,
        faults=None if staging.without_faults else Faults(network, by, hosts),
    )
    inconclusive: list[str] = []
    remarks = [
        f"another session does this to {host.name}: {what}"
        for host, future in elsewhere
        for what in host.channel.answer(future, "guards")
    ]
    told: Callable[[], None] = nothing
    try:
        _play(scenario, stage, partial(play, stage, taps) if play else None)
        if stage.failed_steps:
            for host in hosts.values():
                host.check()  # Where one is gone, it is the lab that failed the step.
        else:
            _check_typed(scenario, stage)
        remarks += [*stage.remarks, *taps.settle()]
        told = partial(_take_traces, stage, scenario, remarks, inconclusive)
    except CouldNotJudge as error:
        inconclusive.append(error.sentence)
    finally:
        taken = taps.take(meanwhile=told)
        with suppress(CouldNotJudge):  # a host that is gone is told already
            clocks.append(two_engines.read_clocks([*hosts.values()], second))
        keys = take_keys(hosts)
        remarks += cleaning.clear(network, hosts, guards)
    inconclusive += [problem for one in taken.values() for problem in one.problems]
    inconclusive += refragmented({name: one.packets for name, one in taken.items()})
    observation = Observation(
        scenario=scenario.name,
        family=family,
        hosts=tuple(
            replace(
                _host_observation(hosts[name], stage.host(name), taken[name]),
                tls_keys=keys.get(name, ""),
            )
            for name in hosts
        ),
        names=network.names,
        started_ns=started_ns,
        ended_ns=time.time_ns(),
        waiting=stage.waiting,
        inconclusive=tuple(dict.fromkeys(inconclusive)),
        remarks=tuple(remarks),
        failed_steps=tuple(stage.failed_steps),
        versions=network.versions_of(hosts),
        words=spoken,
    )
    readings = [each for each in clocks if each is not None]
    return merged(observation, second, JOINING, readings) if readings else observation


def _check_typed(scenario: Scenario, stage: Stage) -> None:
    """Refuse a break that broke nothing, for the words it replaces were never typed."""
    for never in stage.never_typed:
        raise ScenarioInvalid(
            f"breaking {scenario.name}",
            f"no command of the run has the words {never!r}",
            "correct breaks.py",
        )


def _play(scenario: Scenario, stage: Stage, play: Callable[[], None] | None) -> None:
    """Play a scenario, in another way than its own where there is one, and end all programs."""
    try:
        if play is not None:
            play()
        else:
            playing.play(scenario, stage)
    finally:
        playing.end_all(stage, scenario)


def _take_traces(
    stage: Stage, scenario: Scenario, remarks: list[str], inconclusive: list[str]
) -> None:
    """Take what was traced of the programs, which have ended; what that lacks is told."""
    try:
        remarks += playing.take_traces(stage, scenario)
    except CouldNotJudge as error:
        inconclusive.append(error.sentence)


def _host_observation(host: Host, stage_host: StageHost, taken: Taken) -> HostObservation:
    sources = stage_host.folder.sources
    played = [each.with_sources(sources) for each in stage_host.played]
    if any(each.made for each in played):
        own = {ip for link in host.links for ip in link.addresses.values()}
        seen = Seen(taken.packets, own)
        played = [replace(each, made=seen.told(each.made)) for each in played]
    return HostObservation(
        name=host.name,
        addresses=host.addresses,
        transcripts=tuple(played),
        capture=next(iter(taken.captures.values()), None),
        samples=taken.samples,
        links=host.links,
        captures=taken.captures,
        own_calls=taken.own_calls,
    )
