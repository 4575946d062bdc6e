"""Each host that serves is what it says: its packages, users, ports, answers, and its health."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import testinfra
from lab_clone import Clone
from testinfra.host import Host
from waiting import wait_for

from lab.hosts.docker.compose.lab import Lab


@dataclass(frozen=True)
class Service:
    """What a host serves with.

    ``users`` says as whom the processes of a name run. ``daemons`` are those whose standing still
    the health check must notice.
    """

    packages: str
    ports: set[int] = field(default_factory=set)
    users: dict[str, set[str]] = field(default_factory=dict)
    daemons: tuple[str, ...] = ()


SERVICES = {
    "app": Service(
        "python3-flask python3-jinja2 python3-pymemcache python3-pymysql python3-waitress"
    ),
    "browser": Service("chromium chromium-headless-shell libnss3-tools fonts-dejavu-core"),
    "cache": Service("memcached", {11211}, {"memcached": {"memcache"}}, ("memcached",)),
    "db": Service("mariadb-server-core", {3306}, {"mariadbd": {"mysql"}}, ("mariadbd",)),
    # What becomes whoever logs in has to be root's.
    "files": Service("vsftpd", {21}, {"vsftpd": {"root"}}, ("vsftpd",)),
    "login": Service(
        "openssh-server inetutils-telnetd openbsd-inetd",
        {22, 23},
        {"sshd": {"root"}, "inetd": {"root"}},
        ("sshd", "inetd"),
    ),
    "mail": Service(
        "postfix dovecot-imapd dovecot-pop3d",
        {25, 110, 143, 993},
        {"smtpd": {"postfix"}, "qmgr": {"postfix"}, "anvil": {"dovecot"}},
        ("smtpd", "dovecot"),
    ),
    "news": Service("inn2", {119}, {"nnrpd": {"news"}}, ("nnrpd",)),
    "web": Service(
        "apache2 libapache2-mod-php openssl php-mysql phpmyadmin webalizer",
        {80, 443},
        {"apache2": {"root", "www-data"}},
        ("apache2",),
    ),
}


def python(program: str) -> str:
    """Return the command that runs a program, which holds no single quote."""
    return f"python3 -W error -c '{program}'"


def sql(statement: str, password: str = "lab-student", address: str = "127.0.0.1") -> str:
    account = f"--user=student --password={password} --host={address}"
    return f"mariadb {account} --batch --skip-column-names -e '{statement}'"


def app_sql(statement: str, zone: str = "ipv4") -> str:
    return f"LOCALDOMAIN={zone}.lab.test " + python(
        'import json, pymysql; store = pymysql.connect(host="db", user="app", password="lab-app");'
        f' cursor = store.cursor(); cursor.execute("{statement}");'
        " print(json.dumps(cursor.fetchall()))"
    )


def ftp(user: str, password: str, then: str = "") -> str:
    return python(
        'import ftplib; ftp = ftplib.FTP("files", timeout=120);'
        f' print(ftp.login("{user}", "{password}")); {then}'
    )


def nntp(address: str, *lines: str) -> str:
    typed = "".join(f"{line}\\r\\n" for line in (*lines, "quit"))
    return f"printf '{typed}' | nc -N {address} 119 | tr -d '\\r'"


def tls(name: str, options: str = "") -> str:
    verify = f"-verify_hostname {name} -verify_return_error"
    return f"echo | openssl s_client -connect {name}:993 {verify} {options}"


def letter(recipient: str) -> str:
    return python(
        'import smtplib; mail = smtplib.SMTP("mail"); mail.ehlo(); mail.mail("x@lab.test");'
        f' status, said = mail.rcpt("{recipient}"); print(status, said.decode())'
    )


AUTHORITY = "/etc/ssl/socketlab/ca.crt"
UNKNOWN = "unable to get local issuer certificate"
NAMES = ("{}", "{}.lab.test", "{}.ipv4.lab.test", "{}.ipv6.lab.test")
WORDS = r'^\[\["datagram"\], \["port"\], \["socket"\]\]$'
ALL_WORDS = "SELECT word FROM glossary.words ORDER BY word"
ARTICLE = (
    r"\A201 news\.lab\.test .*\n211 1 1 1 lab\.test\n220 1 <first@news\.lab\.test> article\n"
    r"(.*\n)*Subject: The first article\n"
)
WHO = 'import subprocess; print(subprocess.check_output("ps -C vsftpd -o user=", shell=True))'

ANSWERS: list[tuple[str, str, int | None, str]] = [
    *(
        ("app", python(f"import {module}"), 0, "")
        for module in ("flask", "jinja2", "pymemcache", "pymysql", "waitress")
    ),
    *(("app", app_sql(ALL_WORDS, zone), 0, WORDS) for zone in ("ipv4", "ipv6")),
    ("app", app_sql("DELETE FROM glossary.words"), 1, "denied"),
    ("app", app_sql("SELECT * FROM course.lectures"), 1, "denied"),
    ("app", app_sql("CREATE DATABASE x"), 1, "denied"),
    ("db", sql("SELECT title FROM course.lectures"), 0, "^XAMPP$"),
    ("db", sql("SELECT title FROM course.lectures", address="::1"), 0, "^XAMPP$"),
    ("db", sql("DELETE FROM course.lectures"), 1, "denied"),
    ("db", sql("CREATE DATABASE own"), 1, "denied"),
    ("db", sql("SELECT * FROM mysql.user"), 1, "denied"),
    ("db", sql("SELECT 1", password="guess"), 1, "Access denied"),
    ("files", ftp("student", "lab-student"), 0, r"^230 Login successful\.$"),
    ("files", ftp("student", "lab-student", WHO), 0, "student"),
    ("files", ftp("student", "guess"), 1, "^ftplib.error_perm: 5"),
    ("files", ftp("student", ""), 1, "^ftplib.error_perm: 5"),
    ("files", ftp("root", ""), 1, "^ftplib.error_perm: 5"),
    ("files", ftp("anonymous", "me@lab.test"), 1, "^ftplib.error_perm: 5"),
    ("login", "sshd -T", 0, "^permitrootlogin no$"),
    ("login", "sshd -T", 0, "^permitemptypasswords no$"),
    ("login", "ls /etc/ssh/ssh_host_*", 0, r"\A(\S+_ed25519_key)\n\1\.pub\n\Z"),
    *(
        ("mail", tls(name.format("mail"), f"-CAfile {AUTHORITY}"), 0, "Verification: OK")
        for name in NAMES
    ),
    ("mail", tls("mail"), 1, UNKNOWN),
    ("mail", letter("student@lab.test"), 0, r"^250 2\.1\.5"),
    ("mail", letter("student@mail.lab.test"), 0, r"^250 2\.1\.5"),
    ("mail", letter("root@lab.test"), 0, r"^550 5\.1\.1"),
    ("mail", letter("nobody@lab.test"), 0, r"^550 5\.1\.1"),
    ("mail", letter("somebody@python.org"), 0, r"^554 5\.7\.1"),
    ("news", nntp("127.0.0.1", "GROUP lab.test", "ARTICLE 1"), 0, ARTICLE),
    ("news", nntp("::1", "GROUP lab.test", "ARTICLE 1"), 0, ARTICLE),
    ("news", nntp("::1", "POST"), 0, r"\A.*\n440 "),
    *(
        ("web", f"curl -sS --cacert {AUTHORITY} https://{name.format('web')}/", 0, "It works!")
        for name in NAMES
    ),
    ("web", "curl -sS https://web/", 60, UNKNOWN),
    ("web", "curl -sS http://web/phpmyadmin/", 0, 'name="pma_username"'),
]
"""A host, what is typed on it, the exit status, and what the answer must hold (a pattern)."""

FILES = [
    ("login", "/etc/ssh/ssh_host_ed25519_key", "root root 600"),
    ("mail", "/etc/ssl/socketlab/mail.key", "root root 600"),
    ("mail", "/etc/dovecot/passwords", "root dovecot 640"),
    ("web", "/etc/ssl/socketlab/web.key", "root root 600"),
    ("web", "/srv/htdocs", "student"),
    ("web", "/var/log/apache2/access.log", "student"),
    ("web", "/var/log/apache2/ssl_access.log", "student"),
]
"""A host, a file on it, whose it is, and, where it is a secret, who else may read it."""

DAEMONS = [(name, daemon) for name, service in SERVICES.items() for daemon in service.daemons]
UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
PROFILES = ("services", "web", "app", "browser")


@pytest.fixture(scope="module")
def together(this_lab: Clone) -> dict[str, str]:
    """Bring all of them up, and give the engine's id of each, by name."""
    Lab(this_lab.root).up(SERVICES)
    ids = this_lab.ids("running")
    return {name: ids[name] for name in SERVICES}


@pytest.fixture(scope="module")
def serving(together: dict[str, str]) -> dict[str, Host]:
    """Give testinfra's view of each."""
    return {name: testinfra.get_host(f"docker://{ident}") for name, ident in together.items()}


def test_every_host_that_serves_is_in_the_table(this_lab: Clone) -> None:
    known = Lab(this_lab.root).topology.hosts
    found = {name for name, plan in known.items() if {*plan.profiles} & {*PROFILES}}
    assert found == set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_what_it_serves_with_comes_from_the_distributions_packages(
    serving: dict[str, Host], name: str
) -> None:
    told = serving[name].run(
        f"dpkg-query -W -f '${{db:Status-Abbrev}}${{Package}}\\n' {SERVICES[name].packages}"
    )
    assert told.stdout.split("\n")[:-1] == [
        f"ii {package}" for package in sorted(SERVICES[name].packages.split())
    ]


@pytest.mark.parametrize(
    ("name", "process"),
    [(name, process) for name, service in SERVICES.items() for process in service.users],
)
def test_a_process_runs_as_its_user(serving: dict[str, Host], name: str, process: str) -> None:
    serving[name].check_output("socketlab-health --within 60")  # some begin when they are asked
    told = serving[name].check_output("ps -C %s -o user=", process)
    assert set(told.split()) == SERVICES[name].users[process]


@pytest.mark.parametrize("name", SERVICES)
def test_it_listens_over_both_ip_versions_and_nowhere_else(
    serving: dict[str, Host], name: str
) -> None:
    found: dict[str, set[int]] = {"IPv4": set(), "IPv6": set()}
    for line in serving[name].check_output("ss -H -l -n -t -u").splitlines():
        protocol, _, _, _, end, *_ = line.split()
        address, _, port = end.rpartition(":")
        if address.startswith("127.0.0.11"):
            continue  # the engine keeps a resolver of its own on the loopback of every host
        if SERVICES[name].ports and address.startswith(("127.", "[::1]")):
            continue  # daemons talk to their own parts
        assert protocol == "tcp", line
        assert address in ("0.0.0.0", "[::]", "*"), line
        for version, wildcards in (("IPv4", ("0.0.0.0", "*")), ("IPv6", ("[::]", "*"))):
            if address in wildcards:
                found[version].add(int(port))
    assert found == dict.fromkeys(("IPv4", "IPv6"), SERVICES[name].ports)


@pytest.fixture(scope="module")
def answers(serving: dict[str, Host]) -> dict[tuple[str, str], tuple[int, str]]:
    """Ask everything at once, for some wait before they refuse; give the status and the output."""

    def answer(asked: tuple[str, str]) -> tuple[int, str]:
        done = serving[asked[0]].run(asked[1])
        return done.rc, f"{done.stdout}\n{done.stderr}" if done.stderr else done.stdout

    asked = list(dict.fromkeys((name, command) for name, command, *_ in ANSWERS))
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(asked, pool.map(answer, asked), strict=True))


@pytest.mark.parametrize(("name", "command", "status", "holds"), ANSWERS)
def test_it_answers(
    answers: dict[tuple[str, str], tuple[int, str]],
    name: str,
    command: str,
    status: int,
    holds: str,
) -> None:
    ended, told = answers[name, command]
    assert ended == status, told
    assert re.search(holds, told, re.MULTILINE), told


@pytest.mark.parametrize(("name", "path", "whose"), FILES)
def test_a_file_is_whose_it_should_be(
    serving: dict[str, Host], name: str, path: str, whose: str
) -> None:
    form = "%U %G %a" if " " in whose else "%U"
    assert serving[name].check_output("stat -c %s %s", form, path) == whose


# What is odd about one of them.


def test_what_is_stored_in_cache_over_one_ip_version_is_there_over_the_other(
    serving: dict[str, Host],
) -> None:
    def ask(address: str, *lines: str) -> list[str]:
        typed = "".join(f"{line}\\r\\n" for line in (*lines, "quit"))
        told: str = serving["cache"].check_output(f"printf '{typed}' | nc -N {address} 11211")
        return told.split("\r\n")

    assert ask("127.0.0.1", "set lab-test 0 60 5", "hello")[0] == "STORED"
    assert ask("::1", "get lab-test")[:3] == ["VALUE lab-test 0 5", "hello", "END"]
    assert ask("::1", "delete lab-test")[0] == "DELETED"


def test_what_reads_a_strangers_bytes_on_login_is_no_longer_roots(serving: dict[str, Host]) -> None:
    # Once both have said their versions, sshd splits itself. The connection stands while nc reads.
    login = serving["login"]
    login.check_output("sh -c '(echo SSH-2.0-stranger; sleep 100) | nc ::1 22 >/dev/null &'")
    found = "ps -C sshd -o user= | grep -x sshd"
    try:
        assert login.check_output(f"timeout 90 sh -c 'until {found}; do :; done'") == "sshd"
    finally:
        login.run("pkill -x nc; pkill -x sleep")


def test_root_has_no_password_on_login(serving: dict[str, Host]) -> None:
    assert serving["login"].user("root").password in ("*", "!", "!*")


def test_the_health_check_is_no_visit_of_web(serving: dict[str, Host]) -> None:
    log = serving["web"].file("/var/log/apache2/access.log")
    before = log.content_string
    serving["web"].check_output("socketlab-health --within 60")
    assert log.content_string == before


# All of them at once.


def test_each_finds_itself_well(serving: dict[str, Host]) -> None:
    for name, service in SERVICES.items():
        assert serving[name].exists("socketlab-health") == bool(service.daemons)
        if service.daemons:
            asked = serving[name].run("socketlab-health --within 60")
            assert asked.rc == 0, f"{name}: {asked.stderr}"


def test_the_engine_finds_each_of_them_healthy(this_lab: Clone, together: dict[str, str]) -> None:
    def ailing() -> list[str]:
        seen = json.loads(this_lab.docker("inspect", *together.values()))
        health = dict(zip(together, (each["State"].get("Health") for each in seen), strict=True))
        assert {name for name, each in health.items() if each} == {name for name, _ in DAEMONS}
        return [name for name, each in health.items() if each and each["Status"] != "healthy"]

    # The engine asks for the first time after a whole interval.
    wait_for("all of them to be healthy", lambda: not ailing(), within=300)


def test_each_takes_half_of_the_memory_that_it_may_at_most(
    this_lab: Clone, together: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    form = "{{.ID}} {{.MemUsage}}"
    ids = together.values()
    told = this_lab.docker("stats", "--no-stream", "--no-trunc", "--format", form, *ids)
    used, limit = {}, {}
    for line in told.splitlines():
        identity, taken, _, most = line.split()
        used[identity], limit[identity] = in_bytes(taken), in_bytes(most)
    table = [f"  {name:8} {used[identity] / 1e6:6.1f}" for name, identity in together.items()]
    title = "memory that the hosts take when nobody asks them anything, in MB:"
    with capsys.disabled():
        total = f"  together {sum(used.values()) / 1e6:6.1f}"
        sys.stdout.write("\n".join(["", title, *table, total, ""]))
    assert not [name for name, identity in together.items() if used[identity] > limit[identity] / 2]


def in_bytes(text: str) -> float:
    """Return a size that Docker tells as a number and a unit."""
    unit = next(unit for unit in reversed(UNITS) if text.endswith(unit))
    return float(text.removesuffix(unit)) * UNITS[unit]


# Last, for the engine learns of it only with its next question.


@pytest.fixture(scope="module")
def standstills(serving: dict[str, Host]) -> dict[tuple[str, str], list[int]]:
    """Hold each daemon's processes and let them go on, on all hosts at once.

    Give the exit statuses of the health check: before, while they are held, and afterwards.
    """

    def held(name: str) -> Iterator[tuple[tuple[str, str], list[int]]]:
        host = serving[name]
        for daemon in SERVICES[name].daemons:
            statuses = [host.run("socketlab-health --within 90").rc]
            try:
                # By name and not by number: a child that serves one client ends meanwhile.
                host.check_output("pkill -STOP -x %s", daemon)
                statuses.append(host.run("socketlab-health").rc)
            finally:
                host.check_output("pkill -CONT -x %s", daemon)
            statuses.append(host.run("socketlab-health --within 90").rc)
            yield (name, daemon), statuses

    with ThreadPoolExecutor(len(SERVICES)) as pool:
        return {
            k: v for found in pool.map(lambda name: list(held(name)), SERVICES) for k, v in found
        }


@pytest.mark.parametrize(("name", "daemon"), DAEMONS)
def test_the_health_check_tells_when_a_daemon_stands_still_and_when_it_goes_on(
    standstills: dict[tuple[str, str], list[int]], name: str, daemon: str
) -> None:
    assert standstills[name, daemon] == [0, 1, 0]
