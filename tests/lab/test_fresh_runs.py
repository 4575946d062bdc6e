"""A run knows nothing of the run before: what a program leaves, the next one does not see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from lab_clone import Clone
from waiting import wait_for

from lab import Command, Family, Program, Scenario, Tcp
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.run import observe

Play = Callable[..., Observation]

SYSV = """
    import ctypes
    libc = ctypes.CDLL(None)
    assert libc.{call} >= 0
"""
OBJECTS = 'print(len(open("/proc/sysvipc/{kind}").readlines()))'
LIST = 'import os; print(sorted(os.listdir("{folder}")))'

LEFT = {
    "a file in /tmp": ('open("/tmp/left", "w")', LIST.format(folder="/tmp")),
    "a file in /var/tmp": ('open("/var/tmp/left", "w")', LIST.format(folder="/var/tmp")),
    "a file in its home": ('open("/home/student/left", "w")', LIST.format(folder="/home/student")),
    "other words in its .profile": (
        'open("/home/student/.profile", "w").write("exit")',
        'print(len(open("/home/student/.profile").read()))',
    ),
    "shared memory of POSIX": ('open("/dev/shm/left", "w")', LIST.format(folder="/dev/shm")),
    "a message queue of POSIX": (
        """
            import ctypes
            assert ctypes.CDLL(None).mq_open(b"/left", 0o100, 0o600, None) >= 0
        """,
        LIST.format(folder="/dev/mqueue"),
    ),
    "shared memory of System V": (
        SYSV.format(call="shmget(1, 4096, 0o1600)"),
        OBJECTS.format(kind="shm"),
    ),
    "a semaphore of System V": (
        SYSV.format(call="semget(1, 1, 0o1600)"),
        OBJECTS.format(kind="sem"),
    ),
    "a message queue of System V": (
        SYSV.format(call="msgget(1, 0o1600)"),
        OBJECTS.format(kind="msg"),
    ),
    "more folders in one another than Python can remove": (
        """
            import os
            os.chdir("/tmp")
            for _ in range(1500):
                os.mkdir("deeper")
                os.chdir("deeper")
        """,
        LIST.format(folder="/tmp"),
    ),
    "a link to a file of the host's": (
        'import os; os.symlink("/etc/passwd", "/home/student/left")',
        'import os; print(os.stat("/etc/passwd").st_uid, os.listdir("/home/student"))',
    ),
    "a process with an abstract socket": (
        """
            import os, socket, time
            if os.fork() == 0:
                os.setsid()
                listener = socket.socket(socket.AF_UNIX)
                listener.bind("\\0left")
                nothing = os.open(os.devnull, os.O_RDWR)
                for number in range(3):
                    os.dup2(nothing, number)
                time.sleep(60)
            while "@left" not in open("/proc/net/unix").read():
                time.sleep(0.01)
        """,
        'print("@left" in open("/proc/net/unix").read())',
    ),
    "a connection in TIME_WAIT": (
        """
            import socket
            with socket.create_server(("", 15000)) as listener:
                calling = socket.create_connection(("127.0.0.1", 15000))
                called, _ = listener.accept()
                calling.close()
                called.close()
        """,
        'print([line.split()[3] for line in open("/proc/net/tcp") if "0100007F:3A98" in line])',
    ),
}


@pytest.fixture
def play(network: RunningLab, tmp_path: Path) -> Play:
    """Give a function that runs one Python program after the other on a host."""

    def run(*texts: str, on: str = "client", hosts: tuple[str, ...] = ()) -> Observation:
        names = [f"program{number}.py" for number in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            (tmp_path / name).write_text(dedent(text))
        programs: Any = {on: [Program(name, deadline=240) for name in names]}
        return played(network, Scenario(**programs, hosts=hosts), tmp_path)

    return run


def played(
    network: RunningLab, scenario: Scenario, folder: Path, family: Family = Family.IPV4
) -> Observation:
    """Return what a scenario showed in which no program failed."""
    observed = observe(network, scenario.placed(folder), family)
    assert observed.inconclusive == ()
    assert list(observed.failures) == []
    for host in observed.hosts:
        assert [(each.exit_status, each.stderr) for each in host.transcripts] == [
            (0, []) for _ in host.transcripts
        ]
    return observed


def last_words(observed: Observation, on: str = "client") -> list[str]:
    """Return what the last program of a host printed."""
    return list(observed.host(on).transcripts[-1].stdout)


@pytest.mark.parametrize("what", LEFT)
def test_the_next_run_does_not_see(what: str, play: Play) -> None:
    leave, look = LEFT[what]
    before = last_words(play(look))
    assert last_words(play(leave, look)) != before
    assert last_words(play(look)) == before


def test_what_a_program_installs_in_its_home_runs_in_no_other(play: Play) -> None:
    install = """
        import site, os
        os.makedirs(site.getusersitepackages())
        open(site.getusersitepackages() + "/usercustomize.py", "w").write("print('forged')")
    """
    assert last_words(play(install, "print('mine')")) == ["mine"]


CLOSES_FIRST = """
    import socket
    listener = socket.socket(socket.AF_INET6)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.bind(("", 15000))
    listener.listen()
    connection, _ = listener.accept()
    connection.sendall(b"bye")
    connection.close()
"""
HEARS = """
    import socket, sys
    with socket.create_connection((sys.argv[1], 15000)) as connection:
        while connection.recv(100):
            pass
"""


def test_a_server_that_closes_first_gets_its_port_in_every_run(
    network: RunningLab, tmp_path: Path
) -> None:
    (tmp_path / "server.py").write_text(dedent(CLOSES_FIRST))
    (tmp_path / "client.py").write_text(dedent(HEARS))
    server = Program("server.py", listens_on=Tcp(15000))
    scenario = Scenario(server=server, client=Program("client.py", "server"))
    for family in (Family.IPV4, Family.IPV4, Family.IPV6, Family.IPV6, Family.IPV4):
        played(network, scenario, tmp_path, family)


def test_a_process_that_outlived_its_session_is_ended(this_lab: Clone, play: Play) -> None:
    look = "import os; print(len([each for each in os.listdir('/proc') if each.isdigit()]))"
    before = last_words(play(look))
    sleep = ("python3", "-c", "import time; time.sleep(99)")
    this_lab.docker("exec", "-d", "-u", "student", this_lab.ids()["client"], *sleep)
    wait_for("the process", lambda: " ".join(sleep) in this_lab.inside("client"))
    assert last_words(play(look)) == before


LEFT_ALONE = """
    import fcntl, os, socket, subprocess, time
    fcntl.flock(os.open("/run/socketlab", os.O_RDONLY), fcntl.LOCK_EX)
    left = subprocess.Popen(["sleep", "97.5"], user="student")
    try:
        left.wait(3)
        time.sleep(0.5)
    except subprocess.TimeoutExpired:
        left.kill()
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"late", ("{server}", 9))
"""
"""What an agent does whose session was killed: it ends its programs, and these say goodbye."""


def test_what_an_agent_that_was_left_alone_still_does_is_in_no_capture(
    this_lab: Clone, network: RunningLab, play: Play
) -> None:
    server = network.addresses("server")[Family.IPV4]
    script = dedent(LEFT_ALONE).replace("{server}", server)
    this_lab.docker("exec", "-d", "-u", "0", this_lab.ids()["client"], "python3", "-c", script)
    wait_for("the agent", lambda: "sleep 97.5" in this_lab.inside("client"))
    observed = play("", hosts=("server",))
    late = [each for each in observed.packets("server") if each.payload == b"late"]
    assert late == []


def test_a_shell_that_somebody_opened_goes_on(this_lab: Clone, play: Play) -> None:
    client = this_lab.ids()["client"]
    this_lab.docker("exec", "-d", "-t", "-u", "student", client, "sleep", "99.5")
    wait_for("the shell", lambda: "sleep 99.5" in this_lab.inside("client"))
    try:
        play("")
        assert "sleep 99.5" in this_lab.docker("exec", client, "ps", "-e", "-o", "args")
    finally:
        this_lab.docker("exec", client, "pkill", "-f", "sleep 99.5")


def test_neighbours_are_looked_up_anew(network: RunningLab, tmp_path: Path) -> None:
    ping = Command("ping", "-c", "1", "{server}")
    for _ in range(2):
        observed = played(network, Scenario(client=ping, hosts=("server",)), tmp_path)
        assert observed.neighbour_lookups(observed.server.address, at="client").requests != ()


def test_a_learned_mtu_is_forgotten(network: RunningLab, play: Play) -> None:
    hosts = ("client", "router", "router2", "remote")
    network.ensure(hosts)
    opened = network.open(hosts)
    middle = opened["router"].link("middle").mac
    card = opened["router"].ask("card", card=middle)
    cached = ("ip", "route", "show", "cache")
    remote = opened["remote"].addresses
    for family in ("-4", "-6"):
        narrow = ("ip", "link", "set", "dev", card, "mtu")
        address = remote[Family.IPV4 if family == "-4" else Family.IPV6]
        opened["router"].command(*narrow, "1400")
        try:
            large = ("ping", family, "-M", "do", "-s", "1440", "-c", "2", "-W", "1")
            said = opened["client"].command(*large, address)
        finally:
            opened["router"].command(*narrow, "1500")
        assert "mtu 1400" in opened["client"].command("ip", family, *cached[1:])[1], said
        play("")
        assert opened["client"].command("ip", family, *cached[1:])[1] == ""
        assert opened["client"].command("ping", family, "-c", "1", "-W", "8", address)[0] == 0


def test_tracked_connections_are_forgotten(network: RunningLab, play: Play) -> None:
    network.ensure(["nat", "inside", "server"])
    opened = network.open(["nat", "inside", "server"])
    table = ("cat", "/proc/sys/net/netfilter/nf_conntrack_count")
    server = opened["server"].addresses[Family.IPV4]
    assert opened["inside"].command("ping", "-c", "1", server)[0] == 0
    assert int(opened["nat"].command(*table)[1]) > 0
    play("", hosts=("nat",))
    assert int(opened["nat"].command(*table)[1]) == 0


LETTERS = """
    import poplib
    def letters():
        box = poplib.POP3("mail")
        box.user("student"), box.pass_("lab-student")
        return box.stat()[0]
    print(letters())
"""
MAIL = f"""{LETTERS}
    import smtplib
    with smtplib.SMTP("mail") as wire:
        wire.sendmail("teacher@lab.test", "student@lab.test", "Subject: left\\n\\nleft")
    while not letters():
        pass
"""
FTP = """
    import ftplib, io
    with ftplib.FTP("files", "student", "lab-student") as wire:
        wire.storbinary("STOR left", io.BytesIO(b"left"))
"""
FILES = """
    import ftplib
    with ftplib.FTP("files", "student", "lab-student") as wire:
        print(wire.nlst())
"""
CACHED = """
    import socket
    with socket.create_connection(("cache", 11211)) as wire:
        wire.sendall(b"{}\\r\\nquit\\r\\n")
        print([*wire.makefile("rb")])
"""
SERVED = {
    "mail": (MAIL, LETTERS),
    "files": (FTP, FILES),
    "cache": (CACHED.format("set left 0 0 4\\r\\nleft"), CACHED.format("get left")),
}


@pytest.mark.parametrize("host", SERVED)
def test_the_next_run_does_not_see_what_was_left_at(host: str, play: Play) -> None:
    leave, look = SERVED[host]
    before = last_words(play(look, hosts=(host,)))
    assert last_words(play(leave, look, hosts=(host,))) != before
    assert last_words(play(look, hosts=(host,))) == before


HOLDS = "import socket, time; w = socket.create_connection(('mail', 143)); time.sleep(99)"


def test_a_daemon_has_no_connection_of_an_earlier_run(
    network: RunningLab, this_lab: Clone, tmp_path: Path
) -> None:
    network.ensure(["client", "mail"])
    mail = network.open(["mail"])["mail"]
    client = this_lab.ids()["client"]
    this_lab.docker("exec", "-d", "-u", "student", client, "python3", "-c", HOLDS)
    peer = network.addresses("client")[Family.IPV6]

    def held() -> bool:
        return any(each.remote and each.remote.ip == peer for each in mail.sockets())

    wait_for("the connection to mail", held)
    look = Command("ss", "-Htn", "state", "connected", "dst", f"[{peer}]")
    observed = played(network, Scenario(mail=look, hosts=("client",)), tmp_path)
    assert observed.mail.stdout == []
    assert not held()


ASKS = """
    import pymysql
    with pymysql.connect(host="db", user="student", password="{}", database="course") as wire:
        with wire.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM lectures")
            print(cursor.fetchall())
            try:
                cursor.execute("{}")
            except pymysql.Error as error:
                print(error.args[0])
"""


def test_what_accounts_of_the_database_may_change_is_undone(play: Play) -> None:
    other = ASKS.format("lab-student", "SET PASSWORD = PASSWORD('other')")
    delete = ASKS.format("{}", "DELETE FROM lectures")
    play(other, delete.format("other"), on="app", hosts=("db",))
    seen = play(delete.format("lab-student"), on="app", hosts=("db",))
    assert last_words(seen, on="app") == ["((5,),)", "1142"]  # ER_TABLEACCESS_DENIED_ERROR


def test_pages_logs_and_sessions_of_the_web_server_are_as_new(play: Play) -> None:
    look = """
        import os
        found = [os.listdir("/srv/htdocs"), os.path.getsize("/var/log/apache2/access.log")]
        print(found, os.path.exists("/var/lib/php/sessions/sess_left"))
    """
    leave = """
        open("/srv/htdocs/left", "w")
        open("/var/lib/php/sessions/sess_left", "w")
        open("/var/log/apache2/access.log", "a").write("left")
    """
    before = last_words(play(look, on="web"), on="web")
    assert last_words(play(leave, look, on="web"), on="web") != before
    assert last_words(play(look, on="web"), on="web") == before


def test_no_folder_takes_more_than_its_share_of_files_and_bytes(play: Play) -> None:
    fill = """
        import os
        for folder in ("/tmp", "/var/tmp", "/home/student", "/dev/shm", "."):
            try:
                for number in range(20_000):
                    open(f"{folder}/{number}", "w").close()
                print(folder)
            except OSError as error:
                pass
        print(os.access("/run/lock", os.W_OK))
    """
    assert last_words(play(fill)) == ["False"]
    assert last_words(play("print('goes on')")) == ["goes on"]
