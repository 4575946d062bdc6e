"""What hosts get and can see: the files of their own programs, and not what they serve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from lab_clone import ROOT

from lab import Command, Family, Program, Scenario, Tcp
from lab.errors import ScenarioInvalid
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.run import observe

NAME = "the_name_of_the_scenario"
LOOKS = """
    import contextlib, os
    names = ["scenario.py", "breaks.py", "README.md", "solution.py"]
    names += ["/scenarios/" + name for name in names]
    print("files", sorted(os.listdir(".")), [name for name in names if os.path.exists(name)])
    told = [*os.environ, *os.environ.values(), *os.uname(), os.getcwd()]
    folders = ["/proc/self", *("/proc/" + each for each in os.listdir("/proc") if each.isdigit())]
    paths = [f"{folder}/{name}" for folder in folders for name in ("cmdline", "environ", "cgroup")]
    paths += ["/proc/self/mountinfo", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf"]
    for path in paths:
        with contextlib.suppress(OSError):
            told.append(open(path, errors="replace").read())
    for top in ("/run", "/scenarios", "/tmp", "/home", "/srv", "/opt", "/mnt"):
        told += [name for folder in os.walk(top) for names in folder[1:] for name in names]
    print("told", *told)
"""
Play = Callable[..., Observation]


@pytest.fixture
def play(network: RunningLab, tmp_path: Path) -> Play:
    """Give a function that plays a scenario whose folder has these files."""

    def played(scenario: Scenario, **files: str) -> Observation:
        folder = tmp_path / NAME
        for name in ("scenario.py", "breaks.py", "README.md", "solution.py"):
            files.setdefault(name, "the solution")
        for name, text in files.items():
            path = folder / (name if "." in name else f"{name}.py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        observed = observe(network, scenario.placed(folder), Family.IPV4)
        assert observed.inconclusive == ()
        return observed

    return played


def test_a_host_has_its_own_program_alone_and_is_told_nothing_of_the_scenario(play: Play) -> None:
    scenario = Scenario(client=Program("client.py"), server=Program("server.py"))
    seen = play(scenario, client=LOOKS, server=LOOKS)
    assert seen.failures == []
    for host in (seen.client, seen.server):
        files, *told = host.stdout
        assert files == f"files ['{host.name}.py'] []"
        for secret in (NAME, str(ROOT), "tcp_connect", "expect", "solution"):
            assert secret not in " ".join(told)


def test_the_engine_s_resolver_does_not_tell_a_host_which_lab_it_serves(play: Play) -> None:
    def steps(lab: Any) -> None:
        words = ("+short", "+time=1", "+tries=1", "@127.0.0.11", "-x", "{server}")
        lab.client.run(Command("dig", *words, fails=9))

    seen = play(Scenario(hosts=["client", "server"], steps=steps))
    assert "no servers could be reached" in " ".join(seen.client.stdout)


def test_helper_modules_and_packages_come_with_the_programs_that_import_them(play: Play) -> None:
    server = """
        import socket
        from common import PORT
        from talk import WORD
        with socket.create_server(("", PORT)) as listener:
            listener.accept()[0].sendall(WORD)
    """
    client = """
        import socket, sys
        from common import PORT
        print(socket.create_connection((sys.argv[1], PORT)).recv(10))
    """

    def steps(lab: Any) -> None:
        lab.server.start(Program("server.py", listens_on=Tcp(5015)))
        lab.client.run(Program("client.py", "server"))
        lab.client.run(Command("ls"))

    files = {"talk/__init__.py": "from .words import WORD", "talk/words.py": "WORD = b'ok'"}
    scenario = Scenario(hosts=["client", "server"], steps=steps)
    seen = play(scenario, server=server, client=client, common="PORT = 5015", **files)
    assert seen.failures == []
    assert seen.client.stdout == ["b'ok'", "client.py", "common.py"]


def test_a_program_cannot_change_another_before_that_starts(play: Play) -> None:
    first = """
        import os
        open("second.py", "w").write("print('forged')")
        os.symlink("/etc/passwd", "common.py")
    """
    programs = [Program("first.py"), Program("second.py")]
    second = "import common\nprint('true', common.IS)"
    seen = play(Scenario(client=programs), first=first, second=second, common="IS = True")
    assert seen.client.stdout == ["true True"]


def test_what_the_lab_brought_is_not_taken_for_what_a_program_wrote(play: Play) -> None:
    def steps(lab: Any) -> None:
        lab.client.run(Program("client.py", keeps="copy.txt"))

    scenario = Scenario(hosts=["client"], steps=steps)
    seen = play(scenario, client="raise SystemExit(1)", **{"copy.txt": "the original"})
    assert seen.client["client.py"].files == {}


def test_a_program_that_the_folder_has_not_is_told_by_its_name(play: Play) -> None:
    def steps(lab: Any) -> None:
        lab.client.run(Program("missing.py"))

    with pytest.raises(ScenarioInvalid, match=r"client is to run missing\.py.*no such file"):
        play(Scenario(hosts=["client"], steps=steps))
