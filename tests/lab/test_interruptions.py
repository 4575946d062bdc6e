"""Whatever is killed or interrupted, and when: the next run works, and nothing is left."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest
from endless import (
    SCENARIO,
    SERVER,
    wait_for_both_programs,
    wait_for_no_process,
    wait_until_nothing_is_left,
    write_endless_scenario,
)
from lab_clone import Clone, MakeClone, Said, interrupt
from private_engine import PrivateEngine
from waiting import PATIENCE, wait_for

from lab.errors import CaptureUnreadable
from lab.hosts.docker.images import images
from lab.hosts.docker.lock import held as held_lock
from lab.wire import pcap
from lab.wire.packet import Packet

_chance = random.Random(2026)
MOMENTS = [round(_chance.uniform(0.1, 1.5), 2) for _ in range(6)]
"""Seconds after its start at which a run is killed. The first finds the lab down."""

AT_ANY_MOMENT = [round(_chance.uniform(0, 1.2), 3) for _ in range(20)]
"""Seconds after its start at which a run is interrupted; tests/attack/ctrl_c.py tries more."""


@pytest.fixture(scope="module")
def killed_lab(make_clone: MakeClone) -> Iterator[Clone]:
    """Give one lab that is killed and interrupted again and again, down at first."""
    clone = make_clone()
    write_endless_scenario(clone)
    yield clone
    clone.take_down()


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment} s")
def test_after_a_kill_at_any_moment_a_run_works(killed_lab: Clone, moment: float) -> None:
    process = killed_lab.start("run", "tcp_connect", "udp_datagrams", "request_response")
    try:
        process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    said = killed_lab.lab("run", "tcp_connect")
    assert said.status == 0, said.text
    wait_until_nothing_is_left(killed_lab)


def test_a_kill_while_programs_run_leaves_none_of_them(killed_lab: Clone) -> None:
    process = killed_lab.start("run", "endless", "--ipv4")
    wait_for_both_programs(killed_lab)
    process.kill()
    process.communicate()
    wait_until_nothing_is_left(killed_lab)
    said = killed_lab.lab("run", "tcp_connect")
    assert said.status == 0, said.text


def test_ctrl_c_ends_a_run_and_leaves_nothing(killed_lab: Clone) -> None:
    process = killed_lab.start("run", "endless")
    wait_for_both_programs(killed_lab)
    said = interrupt(process)
    assert said.status == 130, said.text
    assert "interrupted" in said.stderr
    assert "Traceback" not in said.text
    wait_until_nothing_is_left(killed_lab)


@pytest.mark.parametrize("moment", AT_ANY_MOMENT, ids=lambda moment: f"{moment} s")
def test_ctrl_c_at_any_moment_ends_a_run(killed_lab: Clone, moment: float) -> None:
    before = killed_lab.ids("running")
    held = ["env", "--block-signal=INT"]  # as .venv/bin/lab starts it
    words = ("run", "tcp_connect", "udp_datagrams", "request_response")
    process = killed_lab.start(*words, before=held)
    wait_for("env to block SIGINT", lambda: is_past_env(process.pid))
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    said = interrupt(process)
    if said.status != 0:  # It may have ended before.
        assert (said.status, said.stdout) == (130, "")
        *progress, last = said.stderr.splitlines()
        assert last == "lab: interrupted; what the lab had started has been ended"
        assert all(line.startswith("lab: [") for line in progress), said.stderr
    with held_lock(killed_lab.root, "session", 0, "nobody"):
        pass
    assert killed_lab.ids("running") == before


def is_past_env(pid: int) -> bool:
    """Return whether env(1) has blocked the signal, and has become the lab, or that has ended."""
    return not Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"env\0")


def test_ctrl_c_ends_a_try_and_leaves_nothing(killed_lab: Clone) -> None:
    folder = killed_lab.root / "scenarios" / "endless"
    process = killed_lab.start(
        "try", f"{folder}/server.py", f"{folder}/client.py", "--port", "15000"
    )
    wait_for_both_programs(killed_lab)
    said = interrupt(process)
    assert said.status == 130, said.text
    assert "Traceback" not in said.text
    wait_until_nothing_is_left(killed_lab)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_killed_try_leaves_no_folder_anywhere(
    killed_lab: Clone, tmp_path: Path, number: signal.Signals
) -> None:
    folder = killed_lab.root / "scenarios" / "endless"
    words = ("try", f"{folder}/server.py", f"{folder}/client.py", "--port", "15000")
    process = killed_lab.start(*words, TMPDIR=str(tmp_path))
    wait_for_both_programs(killed_lab)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    wait_until_nothing_is_left(killed_lab)
    assert list(tmp_path.iterdir()) == []
    for host in ("client", "server"):
        wait_for(f"the run's folder on {host} to go", partial(is_cleared, killed_lab, host))


def is_cleared(lab: Clone, host: str) -> bool:
    """Return whether nothing of a run's folder is left on a host."""
    find = ("find", "/run/socketlab", "-mindepth", "1", "-not", "-name", "guards")
    return not lab.docker("exec", lab.ids()[host], *find)


def test_ctrl_c_while_the_lab_comes_up_leaves_one_that_comes_down(second_lab: Clone) -> None:
    process = second_lab.start("up")
    wait_for("the first host", second_lab.ids)
    said = interrupt(process)
    assert said.status in (0, 130), said.text
    assert "Traceback" not in said.text
    assert second_lab.lab("down").status == 0
    assert second_lab.ids() == {}
    assert second_lab.networks() == []


def test_ctrl_c_ends_a_capture_and_keeps_what_was_captured(this_lab: Clone, tmp_path: Path) -> None:
    file = tmp_path / "seen.pcap"
    echoes = "icmp[0] = 0 or icmp[0] = 8"  # A name server that answers late is told so by ICMP.
    process = this_lab.start("capture", "client", "-w", str(file), echoes)
    wait_for("tcpdump on client", lambda: captures(this_lab))
    assert process.stderr is not None
    while "listening on" not in process.stderr.readline():
        assert process.poll() is None, "the capture ended"
    this_lab.docker(
        "exec", this_lab.ids()["client"], "ping", "-4", "-c", "3", "-i", "0.01", "server"
    )
    said = interrupt(process)
    assert said.status in (0, 130), said.text
    assert "Traceback" not in said.text
    assert len(pcap.read(file).packets) == 6
    wait_for("tcpdump on client to end", lambda: not captures(this_lab))
    wait_until_nothing_is_left(this_lab)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_a_capture_goes_into_another_program_and_ends_with_that(this_lab: Clone) -> None:
    echoes = "icmp[0] = 0 or icmp[0] = 8"
    into = '"$@" | tshark -n -l -r - -c 4 -T fields -e icmp.type'
    piped = ["sh", "-c", into, "sh"]
    process = this_lab.start("capture", "client", "-w", "-", echoes, before=piped)
    pings(this_lab, process)
    printed, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, printed.split()) == (0, ["8", "0", "8", "0"])
    wait_for("tcpdump on client to end", lambda: not captures(this_lab))


@pytest.mark.parametrize("ends", ["by itself", "by Ctrl-C", "by a kill"])
def test_wireshark_shows_a_capture_live(this_lab: Clone, tmp_path: Path, ends: str) -> None:
    instead = tmp_path / "wireshark"
    instead.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/words\nexec cat >{tmp_path}/seen\n')
    instead.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{this_lab.environment['PATH']}", "DISPLAY": ":9"}
    count = ["-c", "4"] if ends == "by itself" else []
    words = ["capture", "client", "--wireshark", *count, "icmp[0] = 0 or icmp[0] = 8"]
    process = this_lab.start(*words, **environment)
    pings(this_lab, process)
    wait_for("four packets", lambda: len(so_far(tmp_path / "seen")) == 4)
    if ends == "by a kill":
        process.kill()
        process.communicate()
    elif ends == "by Ctrl-C":
        assert interrupt(process).status in (0, 130)
    else:
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    wait_for("tcpdump on client to end", lambda: not captures(this_lab))
    assert (tmp_path / "words").read_text().split() == ["-N", "mn", "-k", "-i", "-"]


def so_far(file: Path) -> Sequence[Packet]:
    """Return the packets of a capture that somebody may only be about to write."""
    with contextlib.suppress(CaptureUnreadable):
        return pcap.read(file).packets
    return ()


def pings(lab: Clone, capturing: subprocess.Popen[str]) -> None:
    """Send two echo requests from the client, as soon as its card is watched."""
    assert capturing.stderr is not None
    while "listening on" not in capturing.stderr.readline():
        assert capturing.poll() is None, "the capture ended"
    ping = ["ping", "-4", "-c", "2", "-i", "0.01", "server"]
    lab.docker("exec", lab.ids()["client"], *ping)


def captures(lab: Clone) -> bool:
    """Return whether a tcpdump runs on the client."""
    return any("tcpdump" in line for line in lab.inside("client", user="root"))


@pytest.mark.parametrize("host", ["client", "server"])
def test_a_host_that_is_killed_in_a_run_is_told_of_at_once(killed_lab: Clone, host: str) -> None:
    process = killed_lab.start("run", "endless", "--ipv4")
    wait_for_both_programs(killed_lab)
    killed_lab.docker("kill", killed_lab.ids()[host])
    said = ended(process)
    assert said.status == 3, said.text
    told = " ".join(said.stdout.split())
    assert f"host {host} is not running (Exited (137)" in told, said.stdout
    assert "could not be judged" in told
    assert "✔" not in said.stdout
    again = killed_lab.lab("run", "tcp_connect")
    assert again.status == 0, again.text


def test_a_host_that_is_killed_is_told_of_though_nobody_talks_to_it(killed_lab: Clone) -> None:
    killed_lab.scenario(
        "deaf",
        scenario=dedent(SCENARIO).replace("endless", "deaf"),
        server=dedent(SERVER),
        client="import time\ntime.sleep(280)\n",
    )
    process = killed_lab.start("run", "deaf", "--ipv4")
    wait_for_both_programs(killed_lab)
    killed_lab.docker("kill", killed_lab.ids()["server"])
    said = ended(process)
    assert said.status == 3, said.text
    assert "host server is not running (Exited (137)" in " ".join(said.stdout.split())
    wait_until_nothing_is_left(killed_lab)


def test_a_host_that_is_removed_in_a_run_is_told_of(killed_lab: Clone) -> None:
    process = killed_lab.start("run", "endless", "--ipv4")
    wait_for_both_programs(killed_lab)
    killed_lab.docker("rm", "-f", killed_lab.ids()["client"])
    said = ended(process)
    assert said.status == 3, said.text
    assert "client" in said.stdout
    assert "could not be judged" in said.stdout


def test_an_engine_that_is_killed_in_a_run_is_told_of_at_once(
    second_lab: Clone, tmp_path: Path
) -> None:
    if why := PrivateEngine.why_not():
        pytest.skip(why)
    write_endless_scenario(second_lab)
    second_lab.environment["LAB_PREFIX"] = "10.241"
    engine = PrivateEngine(tmp_path)
    try:
        recipes = images.recipes(second_lab.root, ["host", "server", "dns"])
        engine.load([recipe.tag for recipe in recipes.values()])
        shared, second_lab.environment["DOCKER_HOST"] = dict(second_lab.environment), engine.url
        process = second_lab.start("run", "endless")
        wait_for_both_programs(second_lab)
    finally:
        engine.kill()
    said = ended(process)
    second_lab.environment = shared
    assert said.status == 3, said.text
    assert "the engine does not answer any more" in " ".join(said.stdout.split())
    assert "✔" not in said.stdout
    assert "Traceback" not in said.text
    wait_for_no_process(second_lab)


def test_a_second_session_waits_for_the_first(killed_lab: Clone) -> None:
    first = killed_lab.start("run", "endless", "--ipv4")
    wait_for_both_programs(killed_lab)
    second = killed_lab.start("run", "tcp_connect", "--json")
    assert second.stderr is not None
    assert "waiting for another session" in second.stderr.readline()
    assert interrupt(first).status == 130
    stdout, stderr = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0, stderr
    assert [run["inconclusive"] for run in json.loads(stdout)["runs"]] == [[], []]


def ended(process: subprocess.Popen[str]) -> Said:
    """Return how a command ended that had nothing to wait for any more.

    The programs' deadline is 300 s; that is not what ends it.
    """
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return Said(process.returncode, stdout, stderr)


def test_after_all_this_the_lab_comes_down_whole(killed_lab: Clone) -> None:
    assert killed_lab.lab("down").status == 0
    assert killed_lab.ids() == {}
    assert killed_lab.networks() == []
    wait_for_no_process(killed_lab)
