"""Host files is what it says: vsftpd on port 21, for the accounts of the host itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from daemons import health_notices_a_standstill, ports, users_of
from testinfra.host import Host

SESSION = "import ftplib; ftp = ftplib.FTP('files', timeout=5); print(ftp.login(*{account!r}))"


@pytest.fixture(scope="module")
def files(serving: Callable[[str], Host]) -> Host:
    return serving("files")


def log_in(files: Host, *account: str) -> str:
    """Return the server's answer to an account, or the last line of the error."""
    said = files.run("python3 -c %s", SESSION.format(account=account))
    told: str = (said.stdout or said.stderr).splitlines()[-1]
    return told


def test_the_file_server_comes_from_the_distributions_package(files: Host) -> None:
    assert files.package("vsftpd").is_installed


def test_what_waits_for_connections_is_roots_because_it_becomes_whoever_logs_in(
    files: Host,
) -> None:
    assert users_of(files, "vsftpd") == {"root"}


def test_who_is_logged_in_is_served_by_a_process_of_his_own(files: Host) -> None:
    users = "import subprocess; print(subprocess.check_output('ps -C vsftpd -o user=', shell=True))"
    program = SESSION.format(account=("student", "lab-student"))
    assert "student" in files.check_output("python3 -c %s", f"{program}; {users}")


def test_files_listens_over_both_ip_versions_and_nothing_else_does(files: Host) -> None:
    assert ports(files) == {"IPv4": {21}, "IPv6": {21}}


def test_the_student_is_let_in(files: Host) -> None:
    assert log_in(files, "student", "lab-student") == "230 Login successful."


@pytest.mark.parametrize(
    "account", [("student", "guess"), ("student", ""), ("root", ""), ("anonymous", "me@lab.test")]
)
def test_nobody_else_is(files: Host, account: tuple[str, str]) -> None:
    told = log_in(files, *account)
    assert told.startswith("ftplib.error_perm: 5"), told


def test_the_health_check_tells_when_vsftpd_stands_still_and_when_it_goes_on(files: Host) -> None:
    assert health_notices_a_standstill(files, "vsftpd")
