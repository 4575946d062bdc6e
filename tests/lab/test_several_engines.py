"""Runs spread over two engines: each is played once, also where an engine is killed meanwhile.

The second engine is this machine's own dockerd in namespaces of its own.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest
import submissions
from endless import wait_for_no_process
from lab_clone import ROOT, Clone, MakeClone, Said, interrupt
from private_engine import PrivateEngine
from tls_door import TlsDoor
from waiting import wait_for

GATED = """
    \"\"\"A program that goes on until somebody puts a file onto its host.\"\"\"
    from lab import Program, Scenario

    scenario = Scenario(client=Program("client.py", deadline=900))

    def test_the_client_ends(observed):
        assert observed.client.stdout == ["open"]
"""
GATE = """
    import os, time

    while not os.path.exists("/tmp/go"):
        time.sleep(0.05)
    print("open")
"""


class Second:
    """An engine behind a context, which can be killed and come back at the same place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "engine"
        self._folder.mkdir()
        self._link = folder / "at"
        self.settings = folder / "docker"
        own = Path(os.environ.get("DOCKER_CONFIG") or Path("~/.docker").expanduser())
        if own.is_dir():  # compose may be a plugin in there
            shutil.copytree(own, self.settings, ignore=shutil.ignore_patterns("contexts"))
        self.settings.mkdir(exist_ok=True)
        self.engine: PrivateEngine | None = None
        self.start()
        for name in ("second", "nobody"):
            at = self._link if name == "second" else folder / "nobody"
            self.docker("context", "create", name, "--docker", f"host=unix://{at}/engine.sock")

    def start(self) -> None:
        """Start it, with what it had when it was killed."""
        self.engine = PrivateEngine(self._folder)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(Path(self.engine.url.removeprefix("unix://")).parent)

    def freeze(self) -> None:
        """Stop its daemon, so that it takes connections and says nothing."""
        assert self.engine is not None
        self.engine.freeze()

    def kill(self) -> None:
        """Kill it, and all that it runs."""
        if self.engine is not None:
            self.engine.kill()
            self.engine = None

    def docker(self, *words: str) -> None:
        """Run Docker's own command, with these contexts."""
        variables = {**os.environ, "DOCKER_CONFIG": str(self.settings)}
        subprocess.run(["docker", *words], env=variables, capture_output=True, check=True)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Second]:
    """Give the second engine, in a folder whose path is short enough for a socket's."""
    if why := PrivateEngine.why_not(("dockerd", "unshare", "docker")):
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("e")
    second = Second(folder)
    yield second
    second.kill()


@pytest.fixture(scope="module")
def here(make_clone: MakeClone, second: Second) -> Clone:
    """Give a clone that knows the second engine; it needs the images of three hosts only."""
    clone = make_clone(DOCKER_CONFIG=str(second.settings))
    text = (clone.root / "compose.yaml").read_text()
    hosts, rest = text.split("  router:\n", 1)
    networks = "x-network:" + rest.split("x-network:", 1)[1].split("  middle:\n", 1)[0]
    (clone.root / "compose.yaml").write_text(hosts + networks)
    clone.scenario("gated", scenario=dedent(GATED), client=dedent(GATE))
    return clone


@pytest.fixture(scope="module")
def there(here: Clone) -> Clone:
    """Give the same clone, as what it has on the second engine."""
    return Clone(here.root, {**here.environment, "DOCKER_CONTEXT": "second"})


class Going:
    """A command that goes on, and the lines that it says meanwhile."""

    def __init__(self, clone: Clone, *words: str) -> None:
        self._process = clone.start(*words)
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._lines.append(line)

    def wait_for(self, text: str) -> None:
        """Wait until it has said a text."""
        wait_for(f"the words {text!r}", lambda: text in "".join(self._lines), within=300)

    def is_over(self) -> bool:
        """Return whether it has ended."""
        return self._process.poll() is not None

    def ended(self) -> Said:
        """Wait until it has ended, and return how."""
        assert self._process.stdout is not None
        stdout = self._process.stdout.read()
        self._thread.join(300)
        return Said(self._process.wait(300), stdout, "".join(self._lines))


def is_gated(clone: Clone) -> bool:
    """Return whether the program waits on an engine that may be away."""
    try:
        host = clone.ids("running").get("client")
        return host is not None and any("client.py" in line for line in clone.inside("client"))
    except AssertionError:
        return False


def is_idle(clone: Clone) -> bool:
    """Return whether no program waits there."""
    return not is_gated(clone)


def wait_until_gated(clone: Clone) -> None:
    wait_for("the program to wait", lambda: is_gated(clone), within=300)


def open_gate(clone: Clone) -> None:
    """Let the program end that waits there."""
    clone.docker("exec", "-u", "0", clone.ids()["client"], "touch", "/tmp/go")


def open_each_gate(clone: Clone) -> bool:
    """Let the program end that waits there now, if any; there may be another one later."""
    if is_gated(clone):
        open_gate(clone)
    return False


def outcomes(said: Said) -> Counter[tuple[str, str, str]]:
    """Return how often each run is in the results, with its outcome."""
    return Counter(
        (run["scenario"], run["family"], run["outcome"]) for run in json.loads(said.stdout)["runs"]
    )


def rows(said: Said) -> dict[str, dict[str, object]]:
    """Return what ``lab engines --json`` tells of each engine."""
    return {each["name"]: each for each in json.loads(said.stdout)["engines"]}


def test_engines_are_shown_and_images_are_sent(here: Clone) -> None:
    said = here.lab("engines")
    assert said.status == 0, said.text
    assert max(map(len, said.stdout.splitlines())) <= 80
    assert re.search(r"^default \* +\d+\.\S+ +\d+ +[\d.]+ of [\d.]+ GB +4 of 4 ", said.stdout, re.M)
    assert re.search(r"^second +\d+\.\S+ +\d+ +\? of [\d.]+ GB +0 of 4 ", said.stdout, re.M)
    assert re.search(r"^nobody +there is no \S+(/engine.sock|…)$", said.stdout, re.M)
    assert said.stdout.endswith("Now: lab engines --send second\n")

    said = here.lab("engines", "--send", "second", "--json", within=300)
    assert said.status == 0, said.text
    assert "lab: sent second 4 images, " in said.stderr
    known = rows(said)
    assert known["second"]["missing"] == []
    assert known["second"]["there"] == known["default"]["there"] == ["ca", "host", "server", "dns"]
    assert isinstance(known["second"]["free"], int)
    clock = known["second"]["clock"]
    assert isinstance(clock, dict)  # both engines have this machine's clock
    assert abs(clock["ahead"]) <= clock["uncertainty"]
    assert known["nobody"]["reachable"] is False

    said = here.lab("engines", "--send", "second")
    assert "second has all images" in said.stderr


def test_runs_are_spread_and_both_engines_are_used(here: Clone, there: Clone) -> None:
    going = Going(here, "run", "--json", "--on", "default,second", "gated")
    for clone in (here, there):
        wait_until_gated(clone)
    for clone in (here, there):
        open_gate(clone)
    said = going.ended()
    assert said.status == 0, said.text
    assert outcomes(said) == {("gated", "ipv4", "holds"): 1, ("gated", "ipv6", "holds"): 1}


def test_the_work_of_an_engine_that_is_killed_is_done_once_elsewhere(
    here: Clone, there: Clone, second: Second
) -> None:
    going = Going(here, "run", "--json", "--on", "default,second", "gated")
    for clone in (here, there):
        wait_until_gated(clone)
    second.kill()
    going.wait_for("engine second went away (")
    wait_for("both runs to end", lambda: going.is_over() or open_each_gate(here), within=300)
    said = going.ended()
    second.start()
    assert said.status == 0, said.text
    assert outcomes(said) == {("gated", "ipv4", "holds"): 1, ("gated", "ipv6", "holds"): 1}
    assert said.stderr.count("went away") == 1
    assert "is back, and" not in said.stderr


def test_the_work_of_an_engine_that_falls_silent_is_done_elsewhere(
    here: Clone, there: Clone, second: Second
) -> None:
    going = Going(here, "run", "--json", "--on", "default,second", "gated")
    for clone in (here, there):
        wait_until_gated(clone)
    second.freeze()
    going.wait_for("engine second went away (it does not answer any more)")
    wait_for("both runs to end", lambda: going.is_over() or open_each_gate(here), within=300)
    said = going.ended()
    second.kill()
    second.start()
    assert said.status == 0, said.text
    assert outcomes(said) == {("gated", "ipv4", "holds"): 1, ("gated", "ipv6", "holds"): 1}


def test_an_engine_that_comes_back_is_used_again(here: Clone, there: Clone, second: Second) -> None:
    going = Going(here, "run", "--json", "--on", "default,second", "gated")
    for clone in (here, there):
        wait_until_gated(clone)
    second.kill()
    going.wait_for("engine second went away (")
    second.start()
    going.wait_for("engine second is back, and is used again")
    wait_until_gated(there)
    for clone in (here, there):
        open_gate(clone)
    said = going.ended()
    assert said.status == 0, said.text
    assert outcomes(said) == {("gated", "ipv4", "holds"): 1, ("gated", "ipv6", "holds"): 1}


def test_an_engine_that_does_not_answer_is_named_and_the_others_do_all(here: Clone) -> None:
    said = here.lab("run", "--json", "--on", "nobody,default", "tcp_connect")
    assert said.status == 0, said.text
    assert "engine nobody does not answer (" in said.stderr
    assert outcomes(said) == {
        ("tcp_connect", "ipv4", "holds"): 1,
        ("tcp_connect", "ipv6", "holds"): 1,
    }


def test_where_no_engine_answers_that_is_told(here: Clone) -> None:
    said = here.lab("run", "--on", "nobody", "tcp_connect")
    assert said.status == 3, said.text
    assert said.is_clear("there is no ", "engine.sock")


def test_an_engine_that_there_is_not_is_told(here: Clone) -> None:
    said = here.lab("run", "--on", "default,other", "tcp_connect")
    assert said.status == 2, said.text
    assert said.is_clear("looking for the engine other", "default, nobody, second")


def test_an_engine_behind_tls_is_used_like_any_other(
    here: Clone, second: Second, tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here, which makes certificates")
    door = TlsDoor(tmp_path, "/var/run/docker.sock")
    second.docker("context", "create", "behind", "--docker", door.context)
    try:
        assert rows(here.lab("engines", "--json"))["behind"]["reachable"] is True
        said = here.lab("run", "--json", "--on", "behind", "tcp_connect")
        assert said.status == 0, said.text
        assert outcomes(said)["tcp_connect", "ipv4", "holds"] == 1
        assert door.entered > 10
    finally:
        door.close()
        second.docker("context", "rm", "behind")


def test_ctrl_c_ends_the_programs_on_both(here: Clone, there: Clone) -> None:
    process = here.start("run", "--on", "default,second", "gated")
    for clone in (here, there):
        wait_until_gated(clone)
    said = interrupt(process)
    assert said.status == 130, said.text
    assert "Traceback" not in said.text
    for clone in (here, there):
        wait_for("no program to run", partial(is_idle, clone))
        wait_for_no_process(clone)


def test_two_contexts_of_one_engine_are_refused(here: Clone, second: Second) -> None:
    second.docker("context", "create", "twin", "--docker", "host=unix:///var/run/docker.sock")
    said = here.lab("run", "--on", "default,twin", "tcp_connect")
    second.docker("context", "rm", "twin")
    assert said.status == 2, said.text
    assert said.is_clear("both contexts lead to the same engine")


def test_submissions_are_graded_on_both(
    here: Clone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = here.root / "scenarios" / "greeting"
    folder.mkdir()
    right = submissions.both(submissions.SERVER, submissions.CLIENT)
    told = (ROOT / "tests" / "students" / "greeting" / "scenario.py").read_text()
    for name, text in {**right, "scenario.py": told}.items():
        (folder / name).write_text(text)
    handed_in = submissions.make(tmp_path_factory.mktemp("handed in"))
    some = {name: handed_in[name] for name in [*handed_in][:6]}
    paths = [str(path) for path, _ in some.values()]
    words = ("--ipv4", "--deadline", "10", "--on", "default,second")
    said = here.lab("grade", "greeting", *paths, *words, within=300)
    assert said.status in (0, 1), said.text
    with (here.root / "out" / "grades" / "greeting" / "grades.csv").open(newline="") as file:
        found = {row["submission"]: row["score"] for row in csv.DictReader(file)}
    assert found == {name: f"{mark:g}" for name, (_, mark) in some.items()}, said.text


def test_no_submission_is_lost_or_judged_twice_where_an_engine_is_killed(
    here: Clone, there: Clone, second: Second, tmp_path: Path
) -> None:
    names = ["ann", "bob", "eve"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "client.py").write_text(dedent(GATE) + f"# {name}\n")
    paths = [str(tmp_path / name) for name in names]
    going = Going(here, "grade", "gated", *paths, "--ipv4", "--on", "default,second")
    for clone in (here, there):
        wait_until_gated(clone)
    second.kill()
    going.wait_for("engine second went away (")
    wait_for("all to end", lambda: going.is_over() or open_each_gate(here), within=300)
    said = going.ended()
    second.start()
    assert said.status == 0, said.text
    folder = here.root / "out" / "grades" / "gated"
    with (folder / "grades.csv").open(newline="") as file:
        assert {row["submission"]: row["score"] for row in csv.DictReader(file)} == dict.fromkeys(
            names, "2"
        )
    journal = (folder / "journal.jsonl").read_text().splitlines()
    keys = [json.loads(line)["key"] for line in journal if line.startswith("{")]
    assert len(keys) == len(set(keys)) == 3


def test_a_proof_is_spread_too(here: Clone) -> None:
    said = here.lab("prove", "host_name", "--on", "default,second", within=300)
    assert said.status == 0, said.text


def test_down_takes_the_labs_on_both_down(here: Clone, there: Clone) -> None:
    said = here.lab("down")
    assert "labs came up on other engines too: lab down --on second\n" in said.stderr
    assert there.ids() != {}
    said = here.lab("down", "--on", "default,second")
    assert said.status == 0, said.text
    for clone in (here, there):
        assert clone.ids() == {}
        assert clone.networks() == []
    assert "other engines" not in here.lab("down").text
