"""Host login is what it says: OpenSSH on port 22, and telnetd behind inetd on port 23."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from daemons import health_notices_a_standstill, ports, users_of
from testinfra.host import Host

KEY = "/etc/ssh/ssh_host_ed25519_key"


@pytest.fixture(scope="module")
def login(serving: Callable[[str], Host]) -> Host:
    return serving("login")


@pytest.mark.parametrize("name", ["openssh-server", "inetutils-telnetd", "openbsd-inetd"])
def test_the_login_servers_come_from_the_distributions_packages(login: Host, name: str) -> None:
    assert login.package(name).is_installed


def test_what_waits_for_connections_is_roots_because_it_becomes_whoever_logs_in(
    login: Host,
) -> None:
    assert users_of(login, "sshd") == {"root"}
    assert users_of(login, "inetd") == {"root"}


def test_what_reads_a_strangers_bytes_is_no_longer_roots(login: Host) -> None:
    # Once both have said their versions, sshd splits itself. The connection stands while nc reads.
    login.check_output("sh -c '(echo SSH-2.0-stranger; sleep 30) | nc ::1 22 >/dev/null &'")
    found = "ps -C sshd -o user= | grep -x sshd"
    try:
        assert login.check_output(f"timeout 10 sh -c 'until {found}; do :; done'") == "sshd"
    finally:
        login.run("pkill -x nc")


def test_login_listens_over_both_ip_versions_and_nothing_else_does(login: Host) -> None:
    assert ports(login) == {"IPv4": {22, 23}, "IPv6": {22, 23}}


def test_the_host_has_one_key_of_its_own_which_only_root_reads(login: Host) -> None:
    assert login.check_output("ls /etc/ssh/ssh_host_*").split() == [KEY, f"{KEY}.pub"]
    assert (login.file(KEY).user, login.file(KEY).mode) == ("root", 0o600)


def test_nobody_logs_in_as_root_or_without_a_password(login: Host) -> None:
    settings = login.check_output("sshd -T").splitlines()
    assert {"permitrootlogin no", "permitemptypasswords no"} <= set(settings)
    assert login.user("root").password in ("*", "!", "!*")


@pytest.mark.parametrize("process", ["sshd", "inetd"])
def test_the_health_check_tells_when_a_daemon_stands_still_and_when_it_goes_on(
    login: Host, process: str
) -> None:
    assert health_notices_a_standstill(login, process)
