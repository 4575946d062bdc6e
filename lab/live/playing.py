"""A run for the live page, in a process of its own: what happens is told line by line, as JSON.

``python -m lab.live.playing`` reads what is wanted from the first line of its standard input, and
ends when that input does. So a run ends with the page's server, however that ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from queue import Queue
from typing import Any

from lab import environment, interruption
from lab.clone import Clone, here
from lab.errors import LabError
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.running_lab import RunningLab
from lab.live.stepping import step
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.runner import playing
from lab.runner.run import observe
from lab.runner.session import open_lab
from lab.runner.stage import Stage
from lab.runner.taps import Taps
from lab.scenario import catalogue
from lab.scenario.scenario import Scenario
from lab.story.timeline.timeline import Timeline
from lab.suite import publish, suite
from lab.suite.judging import Case
from lab.suite.trying.play import Wanted
from lab.wire.address import Family

LOOKS_APART = 0.05
"""Seconds between two looks at what the programs have printed."""

Tell = Callable[[dict[str, Any]], None]


class Aloud:
    """Plays cases on a running lab, and tells what their programs print while they do."""

    def __init__(self, lab: RunningLab, known: Sequence[str], tell: Tell) -> None:
        self._lab = lab
        self._known = known
        self._tell = tell

    def begin(self, cases: Sequence[Case]) -> None:
        """Tell how many cases there are."""
        self._tell({"due": len(cases)})

    def observe(self, case: Case) -> Observation:
        """Play a case and return what it showed; raises LabError where it cannot begin."""
        case.scenario.check(self._known)
        self._tell({"plays": f"{case.scenario.name} over {case.family.label}"})
        return observe(
            self._lab,
            case.scenario,
            case.family,
            staging=case.staging,
            play=partial(_played_aloud, case.scenario, self._tell),
        )


def _played_aloud(scenario: Scenario, tell: Tell, stage: Stage, _: Taps) -> None:
    """Play a scenario as usual; a thread tells what its programs print."""
    over = threading.Event()
    teller = threading.Thread(target=_tell_lines, args=(stage, tell, over), daemon=True)
    teller.start()
    try:
        playing.play(scenario, stage)
    finally:
        over.set()
        teller.join()


def _tell_lines(stage: Stage, tell: Tell, over: threading.Event) -> None:
    told: dict[int, int] = {}
    last = False
    while not last:
        last = over.wait(LOOKS_APART)
        for each in list(stage.played):
            running = each.running
            lines = running.transcript().lines
            if id(each) not in told:
                words = " ".join([running.name, *running.arguments])
                tell(_note(running.host, running.started_ns, "start", f"$ {words}"))
            for line in lines[told.get(id(each), 0) :]:
                lead = "│ " if line.stream == "stdout" else "╎ "
                tell(_note(running.host, line.time_ns, line.stream, lead + line.text))
            told[id(each)] = len(lines)


def _note(host: str, time_ns: int, kind: str, text: str) -> dict[str, Any]:
    return {"note": [time_ns, host, text[:400], kind]}


def play(wanted: dict[str, Any], tell: Tell, moves: Queue[str]) -> int:
    """Play what is wanted, keep it in ``out/``, and tell what came of it; raises LabError.

    ``moves`` are who is to move, where it is stepped.
    """
    clone = here()
    if "scenario" in wanted and wanted.get("step"):
        run, ended = step(clone, wanted, tell, moves)
        tell({"result": ended})
        tell({"run": told_of(run)})
        tell({"page": [f"{run.name}, step by step", f"{run.scenario}/step/steps.html"]})
        return suite.exit_status([run])
    if "scenario" in wanted:
        return _play_scenario(clone, wanted, tell)
    return _try(clone, wanted, tell)


def _play_scenario(clone: Clone, wanted: dict[str, Any], tell: Tell) -> int:
    scenarios = catalogue.select(clone.scenarios, [str(wanted["scenario"])])
    known = Lab(clone.root).hosts
    for scenario in scenarios:
        scenario.check(known)
    families = [Family(each) for each in wanted.get("families") or ("ipv4", "ipv6")]
    publisher = publish.Publisher(clone, scenarios)

    def keep(run: Run) -> None:
        publisher.keep(run)
        tell({"run": told_of(run)})

    say = _saying(tell)
    clone.out.mkdir(exist_ok=True)
    with open_lab(clone, say) as network:
        runs = suite.judge_on(
            clone, Aloud(network, known, tell), scenarios, families, keep, lambda _: None
        )
    publisher.write_pages()
    for run in runs:
        if run.observation is not None:
            tell({"page": [run.name, f"{run.scenario}/{run.family.value}/page.html"]})
    return suite.exit_status(runs)


def _try(clone: Clone, wanted: dict[str, Any], tell: Tell) -> int:
    family = Family(wanted.get("family") or "ipv4")
    server, client = Path(str(wanted["server"])), Path(str(wanted["client"]))
    tell({"plays": f"{server.name} and {client.name} over {family.label}"})
    observation, sources = Wanted(server, client, family).play(clone, _saying(tell))
    run = Run.of(observation)
    timeline = Timeline.of(run)
    kept = clone.results("try")
    publish.keep(kept, timeline)
    publish.write_page(kept, timeline, sources=sources)
    for transcript in observation.transcripts:
        words = " ".join([transcript.program, *transcript.arguments])
        tell(_note(transcript.host, transcript.started_ns, "start", f"$ {words}"))
        for line in transcript.lines:
            tell(_note(transcript.host, line.time_ns, line.stream, line.text))
    failures = [{"sentence": each, "outcome": "FAILS"} for each in observation.failures]
    unsure = [{"sentence": each, "outcome": "INCONCLUSIVE"} for each in observation.inconclusive]
    outcome = "INCONCLUSIVE" if unsure else "FAILS" if failures else "HOLDS"
    told = {"name": run.name, "outcome": outcome, "verdicts": [*failures, *unsure], "reason": ""}
    tell({"run": told})
    tell({"page": [run.name, "try/page.html"]})
    return {"HOLDS": 0, "FAILS": 1}.get(outcome, 3)


def told_of(run: Run) -> dict[str, Any]:
    """Return a run's name, outcome and verdicts."""
    return {
        "name": run.name,
        "outcome": run.outcome.name,
        "reason": run.reason,
        "verdicts": [
            {"sentence": each.sentence, "outcome": each.outcome.name} for each in run.verdicts
        ],
    }


def _saying(tell: Tell) -> Callable[[str], None]:
    return lambda text: tell({"says": text})


def _telling() -> Tell:
    """Return what writes to whoever started this; nothing else of this process gets there."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lock = threading.Lock()

    def tell(message: dict[str, Any]) -> None:
        with lock:
            out.write(json.dumps(message) + "\n")
            out.flush()

    return tell


def _hear(moves: Queue[str]) -> None:
    """Take what the page says; interrupt this process when nobody is there any more."""
    for line in sys.stdin:
        moves.put(str(json.loads(line).get("move")))
    os.kill(os.getpid(), signal.SIGINT)


def _command() -> int:
    environment.close()
    tell = _telling()
    line = sys.stdin.readline()
    if not line:
        return 2
    moves: Queue[str] = Queue()
    threading.Thread(target=_hear, args=(moves,), daemon=True).start()
    try:
        status = play(json.loads(line), tell, moves)
    except LabError as error:
        tell({"error": str(error)})
        status = error.exit_status
    tell({"ended": status})
    return status


def main() -> None:
    """Play what is asked for on the standard input, and exit with its status."""
    interruption.enter(_command)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
