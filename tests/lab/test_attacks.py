"""What a hostile program does to its host ends with its run, whatever became of the lab's agent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from lab_clone import ROOT, Clone

from lab import Command, Family, Program, Scenario
from lab import clone as the_clone
from lab.errors import HostUnavailable
from lab.hosts.docker.compose.lab import Lab
from lab.hosts.docker.engine.client import Refused
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.run import observe
from lab.runner.session import open_lab

HOSTS = Lab(ROOT).hosts
"""Every host of compose.yaml, those on demand too."""

OUTLIVES = """
    import os, subprocess, time
    # The lab wants programs to die before its agent.
    open("/proc/self/oom_score_adj", "w").write("0")
    agent = os.getppid()
    if os.fork() == 0:
        os.setsid()
        for number in range(3):
            os.close(number)
        while os.path.exists(f"/proc/{agent}"):
            time.sleep(0.01)
        while True:
            try:
                with open("/run/socketlab/run/client.py", "w") as file:
                    file.write("print('forged')")
            except OSError:
                pass
            time.sleep(0.001)
    hog = "import os, time; held = os.urandom(5 << 20); time.sleep(30)"
    for _ in range(120):
        subprocess.Popen(["python3", "-S", "-E", "-c", hog])
    time.sleep(20)
"""


@pytest.fixture(scope="module")
def its_hosts(own_lab: Clone) -> Iterator[RunningLab]:
    """Give the running lab of that clone."""
    with open_lab(the_clone.Clone(own_lab.root)) as network:
        yield network


def played(network: RunningLab, folder: Path, text: str) -> Observation:
    """Return what a client showed."""
    (folder / "client.py").write_text(dedent(text))
    scenario = Scenario(client=Program("client.py", deadline=40)).placed(folder)
    return observe(network, scenario, Family.IPV4)


def test_who_has_the_agent_killed_does_not_outlive_the_run(
    its_hosts: RunningLab, own_lab: Clone, tmp_path: Path
) -> None:
    assert played(its_hosts, tmp_path, "print('mine')").inconclusive == ()
    before = own_lab.ids()["client"]
    seen = played(its_hosts, tmp_path, OUTLIVES)
    # The kernel chooses whom it kills. Where it spared the agent, that has ended the programs.
    if own_lab.ids().get("client") == before:
        assert own_lab.inside("client") == []
    else:
        assert "broke off" in "".join(seen.inconclusive)
        assert "the next run gets a new one" in "".join(seen.remarks)
    again = played(its_hosts, tmp_path, "print('mine')")
    assert (again.inconclusive, again.client.stdout) == ((), ["mine"])


def without_its_agent(network: RunningLab, clone: Clone, folder: Path) -> Observation:
    """Return what was seen of a client whose host's agent is killed while it runs."""
    text = "import time; print('starts', flush=True); time.sleep(30)"
    (folder / "client.py").write_text(text)

    def kill_agent(line: object) -> None:
        clone.docker("exec", clone.ids()["client"], "pkill", "-9", "-o", "python3")

    scenario = Scenario(client=Program("client.py", deadline=40)).placed(folder)
    return observe(network, scenario, Family.IPV4, watcher=kill_agent)


def test_a_host_without_its_agent_is_removed_with_all_that_runs_there(
    its_hosts: RunningLab, own_lab: Clone, tmp_path: Path
) -> None:
    before = own_lab.ids()["client"]
    seen = without_its_agent(its_hosts, own_lab, tmp_path)
    assert "broke off, though it is running" in "".join(seen.inconclusive)
    assert before not in own_lab.docker("ps", "-q", "--no-trunc")
    assert played(its_hosts, tmp_path, "print('mine')").client.stdout == ["mine"]


def test_a_host_that_cannot_be_cleaned_is_made_anew_and_that_is_told(
    its_hosts: RunningLab, own_lab: Clone, tmp_path: Path
) -> None:
    assert played(its_hosts, tmp_path, "print('mine')").inconclusive == ()
    # As where a folder stays in spite of find(1), which empties it.
    own_lab.docker("exec", own_lab.ids()["client"], "rm", "/usr/bin/find")
    own_lab.docker("exec", own_lab.ids()["client"], "mkdir", "/tmp/stays")
    with pytest.raises(HostUnavailable, match=r"the next run gets a new host"):
        played(its_hosts, tmp_path, "print('mine')")
    assert played(its_hosts, tmp_path, "print('mine')").client.stdout == ["mine"]


def refuses(identity: str) -> None:
    """Do as an engine that removes no container."""
    raise Refused(403, f"{identity[:6]} is not removed today")


def test_a_host_that_the_engine_does_not_remove_is_told_and_is_clean_for_the_next_run(
    its_hosts: RunningLab, own_lab: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert played(its_hosts, tmp_path, "print('mine')").inconclusive == ()
    before = own_lab.ids()["client"]
    with monkeypatch.context() as patched:
        patched.setattr(its_hosts.client, "remove_container", refuses)
        seen = without_its_agent(its_hosts, own_lab, tmp_path)
    told = f"host client was left as it is: {before[:6]} is not removed today"
    assert told in "".join(seen.remarks)
    assert own_lab.ids()["client"] == before
    again = played(its_hosts, tmp_path, "print('mine')")
    assert (again.inconclusive, again.client.stdout) == ((), ["mine"])


def test_no_run_is_on_a_host_that_is_neither_cleaned_nor_removed(
    its_hosts: RunningLab, own_lab: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert played(its_hosts, tmp_path, "print('mine')").inconclusive == ()
    own_lab.docker("exec", own_lab.ids()["client"], "rm", "/usr/bin/find")
    own_lab.docker("exec", own_lab.ids()["client"], "mkdir", "/tmp/stays")
    with monkeypatch.context() as patched:
        patched.setattr(its_hosts.client, "remove_container", refuses)
        for _ in range(2):
            with pytest.raises(HostUnavailable, match=r"removing unclean client"):
                played(its_hosts, tmp_path, "print('mine')")
    with pytest.raises(HostUnavailable, match=r"the next run gets a new host"):
        played(its_hosts, tmp_path, "print('mine')")
    assert played(its_hosts, tmp_path, "print('mine')").client.stdout == ["mine"]


@pytest.mark.parametrize("user", ["student", "www-data"])
@pytest.mark.parametrize("host", HOSTS)
def test_no_program_can_write_to_the_engines_disk(this_lab: Clone, host: str, user: str) -> None:
    lab = Lab(this_lab.root)
    lab.up([host])
    # -xdev: what lies in memory has a size, and is another file system.
    find = ["find", "/", "-xdev", "-writable", "(", "-type", "d", "-o", "-type", "f", ")"]
    find += ["-not", "-path", "/dev/*"]
    mounts = ["awk", '$3 == "tmpfs" { print $2 }', "/proc/self/mounts"]
    inside = ("exec", "-u", user, lab.running()[host])
    in_memory = this_lab.docker(*inside, *mounts).split()
    found = this_lab.docker(*inside, "sh", "-c", '"$@" 2>/dev/null; true', "sh", *find).split()
    assert set(found) - set(in_memory) == set()


LETTERS = """
    import smtplib
    refused = 0
    with smtplib.SMTP("localhost") as wire:
        for _ in range(12):
            try:
                letter = "\\r\\n" + ("x" * 70 + "\\r\\n") * 130_000
                wire.sendmail("a@lab.test", "student@lab.test", letter)
            except smtplib.SMTPException:
                refused += 1
    print(refused > 0)
"""
PAGE = """
    page = '''<?php
    foreach (["/var/lib/php/sessions", "/var/lib/phpmyadmin/tmp", "/tmp", "/var/tmp"] as $folder) {
        $file = fopen("$folder/large", "w");
        for ($number = 0; $number < 90 && @fwrite($file, str_repeat("x", 1 << 20)); $number++);
    }
    exec("setsid sleep 3598.7 >/dev/null 2>&1 &");
    echo "written";
    '''
    open("/srv/htdocs/fill.php", "w").write(page)
"""
VISITS = """
    import http.client
    wire = http.client.HTTPConnection("web", timeout=200)
    wire.request("GET", "/fill.php")
    print(wire.getresponse().read().decode().strip())
    for _ in range(1500):
        try:
            wire.request("GET", "/" + "x" * 7900)
            wire.getresponse().read()
        except http.client.HTTPException:
            wire.close()
"""


def on_disk(clone: Clone, host: str) -> int:
    """Return how many bytes a host has written to the engine's disk."""
    identity = clone.ids()[host]
    return int(clone.docker("inspect", "-s", "--format", "{{.SizeRw}}", identity))


def test_letters_fill_no_disk(its_hosts: RunningLab, own_lab: Clone, tmp_path: Path) -> None:
    its_hosts.ensure(["mail"])
    before = on_disk(own_lab, "mail")
    (tmp_path / "letters.py").write_text(dedent(LETTERS))
    scenario = Scenario(mail=Program("letters.py", deadline=300)).placed(tmp_path)
    assert observe(its_hosts, scenario, Family.IPV4).mail.stdout == ["True"]
    assert on_disk(own_lab, "mail") < before + (1 << 20)


def test_a_page_fills_no_disk_and_starts_nothing_that_stays(
    its_hosts: RunningLab, own_lab: Clone, tmp_path: Path
) -> None:
    its_hosts.ensure(["client", "web"])
    before = on_disk(own_lab, "web")
    (tmp_path / "page.py").write_text(dedent(PAGE))
    (tmp_path / "visits.py").write_text(dedent(VISITS))
    visits = Program("visits.py", deadline=300)
    scenario = Scenario(web=Program("page.py"), client=visits).placed(tmp_path)
    seen = observe(its_hosts, scenario, Family.IPV4)
    assert seen.client.stdout == ["written"], seen.client
    assert "sleep 3598.7" in " ".join(own_lab.inside("web", user="www-data"))
    assert on_disk(own_lab, "web") < before + (1 << 20)
    (tmp_path / "page.py").write_text("print('next')")
    (tmp_path / "visits.py").write_text("print('next')")
    assert observe(its_hosts, scenario, Family.IPV4).client.stdout == ["next"]
    assert "sleep 3598.7" not in " ".join(own_lab.inside("web", user="www-data"))


ENDLESS = """
    page = "<?php ignore_user_abort(true); set_time_limit(0);"
    page += "while (1) { touch('/tmp/on'); usleep(999); }"
    open("/srv/htdocs/endless.php", "w").write(page)
"""
LOOKS = "import os, time; time.sleep(0.3); print(os.path.exists('/tmp/on'))"


def test_a_page_that_runs_on_ends_with_its_run(
    its_hosts: RunningLab, own_lab: Clone, tmp_path: Path
) -> None:
    curl = Command("curl", "-s", "-m", "1", "http://web/endless.php", fails=True)
    (tmp_path / "page.py").write_text(dedent(ENDLESS))
    scenario = Scenario(web=Program("page.py"), client=curl).placed(tmp_path)
    assert observe(its_hosts, scenario, Family.IPV4).inconclusive == ()
    own_lab.docker("exec", own_lab.ids()["web"], "test", "-e", "/tmp/on")
    (tmp_path / "page.py").write_text(LOOKS)
    scenario = Scenario(web=Program("page.py")).placed(tmp_path)
    assert observe(its_hosts, scenario, Family.IPV4).web.stdout == ["False"]
