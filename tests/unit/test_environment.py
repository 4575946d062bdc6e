"""What the environment decides is what the table says, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from lab import environment
from lab.hosts.docker.compose import command
from lab.hosts.docker.engine import endpoint
from lab.hosts.docker.engine.endpoint import Endpoint
from lab.hosts.docker.lock import held

PAGE = (ROOT / "docs" / "environment.md").read_text(encoding="utf-8")
NOWHERE = "unix:///nonexistent/engine.sock"
SCENARIO = '''
"""A client says nothing"""
import sys
from lab import Program, Scenario
scenario = Scenario(client=Program("client.py"))
if sys.flags.optimize or sys.warnoptions or sys.flags.inspect:
    raise SystemExit("Python was changed")
'''


def test_the_page_has_the_table_of_what_counts() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.partition("## Without")[0], re.MULTILINE)
    assert dict(rows) == environment.HEEDED


def test_the_page_names_what_is_shut_out() -> None:
    told = PAGE.partition("## Without effect")[2].partition("## Files")[0]
    for name in (*environment.FAMILIES, *environment.ALONE):
        assert f"`{name}`" in told


def test_the_lab_reads_nothing_that_the_table_has_not() -> None:
    read: set[str] = set()
    for path in (ROOT / "lab").rglob("*.py"):
        if "agent" not in path.parts:  # that runs in hosts, with an environment of their own
            text = path.read_text(encoding="utf-8")
            read.update(re.findall(r"environ(?:\.get\(|\[)\"(\w+)\"", text))
    assert read
    assert read <= environment.HEEDED.keys()


@pytest.mark.parametrize(
    "name",
    [
        *("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_DEBUG"),
        *("PYTEST_XDIST_AUTO_NUM_WORKERS", "PY_COLORS", "PY_IGNORE_IMPORTMISMATCH", "CI"),
        *("PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONWARNINGS", "PYTHONBREAKPOINT", "PYTHONINSPECT"),
        *("PYTHONHOME", "PYTHONSTARTUP", "PYTHONDEVMODE", "PYTHONUSERBASE", "PYTHON_GIL"),
        *("COMPOSE_FILE", "COMPOSE_PROFILES", "COMPOSE_PROGRESS", "COMPOSE_REMOVE_ORPHANS"),
        *("COMPOSE_ENV_FILES", "COMPOSE_API_VERSION", "COMPOSE_COMPATIBILITY"),
        *("DOCKER_API_VERSION", "DOCKER_DEFAULT_PLATFORM", "DOCKER_BUILDKIT", "BUILDX_BUILDER"),
        *("DOCKER_CONTENT_TRUST", "BUILDKIT_PROGRESS", "PYTEST_OF_TOMORROW"),
    ],
)
def test_what_the_tools_read_is_shut_out(name: str) -> None:
    assert environment.cleaned({name: "1", "HOME": "/", "http_proxy": "x"}).keys() == {
        "HOME",
        "http_proxy",
    }


@pytest.mark.parametrize("name", sorted(environment.HEEDED))
def test_what_counts_is_passed_on(name: str) -> None:
    assert environment.cleaned({name: "1"}) == {name: "1"}


def test_compose_gets_what_counts_and_the_lab_s_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("DOCKER_HOST=tcp://elsewhere\n")
    for name in ("COMPOSE_FILE", "COMPOSE_REMOVE_ORPHANS", "DOCKER_API_VERSION", "PYTHONPATH"):
        monkeypatch.setenv(name, "something")
    monkeypatch.setattr(endpoint, "find", lambda: Endpoint(NOWHERE))
    with held(tmp_path, "up", 0, "nobody") as lock:
        told = command.run(["env"], tmp_path, {"COMPOSE_PROFILES": "far"}, "asking", lock)
    seen = dict(line.partition("=")[::2] for line in told.splitlines())
    ours = {name for name in seen if name.startswith(environment.FAMILIES)}
    own = {"COMPOSE_PARALLEL_LIMIT", "COMPOSE_HTTP_TIMEOUT"}  # for as many hosts as there are
    assert ours - environment.HEEDED.keys() == {"COMPOSE_PROFILES", *own}
    assert seen["DOCKER_HOST"] == NOWHERE


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a clone with one scenario that looks how Python was started."""
    (tmp_path / "compose.yaml").touch()
    folder = tmp_path / "scenarios" / "still"
    folder.mkdir(parents=True)
    (folder / "scenario.py").write_text(SCENARIO)
    (folder / "client.py").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("options", "variables"),
    [
        ([], {}),
        ([], {"PYTHONOPTIMIZE": "2"}),
        ([], {"PYTHONWARNINGS": "error"}),
        ([], {"PYTHONINSPECT": "1", "PYTHONPATH": "astray"}),
        (["-O"], {}),
        (["-W", "error"], {}),
    ],
)
def test_python_is_as_it_should_be_however_it_was_started(
    clone: Path, options: list[str], variables: dict[str, str]
) -> None:
    # What a variable puts first on the path would be loaded instead of a module of that name.
    astray = clone / "astray"
    astray.mkdir()
    for name in ("click.py", "docker.py", "lab.errors.py"):
        (astray / name).write_text("raise SystemExit('a module from elsewhere was loaded')\n")
    if "PYTHONPATH" in variables:
        variables = {**variables, "PYTHONPATH": str(astray)}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("python")), *options, "-m", "lab", "list"],
        cwd=clone,
        env={"PATH": os.environ["PATH"], "SOCKETLAB_ROOT": str(clone), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "still" in done.stdout
