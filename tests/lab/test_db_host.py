"""Host db is what it says: MariaDB, for every host, with the data that it was made with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from daemons import health_notices_a_standstill, ports, users_of
from testinfra.host import Host

ASK = "mariadb --user=student --password=lab-student --batch --skip-column-names"


@pytest.fixture(scope="module")
def db(serving: Callable[[str], Host]) -> Host:
    return serving("db")


def test_mariadb_comes_from_the_distributions_packages(db: Host) -> None:
    assert db.package("mariadb-server-core").is_installed


def test_mariadb_runs_as_a_user_of_its_own(db: Host) -> None:
    assert users_of(db, "mariadbd") == {"mysql"}


def test_mariadb_listens_over_both_ip_versions_and_nothing_else_does(db: Host) -> None:
    assert ports(db) == {"IPv4": {3306}, "IPv6": {3306}}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_labs_account_reads_the_table(db: Host, address: str) -> None:
    told = db.check_output(f"{ASK} --host={address} -e 'SELECT title FROM course.lectures'")
    assert "XAMPP" in told.splitlines()


@pytest.mark.parametrize(
    "statement", ["DELETE FROM course.lectures", "CREATE DATABASE own", "SELECT * FROM mysql.user"]
)
def test_the_labs_account_can_do_no_more(db: Host, statement: str) -> None:
    refused = db.run(f"{ASK} --host=127.0.0.1 -e '{statement}'")
    assert refused.rc == 1
    assert "denied" in refused.stderr


def test_nobody_gets_in_with_another_password(db: Host) -> None:
    refused = db.run("mariadb --host=127.0.0.1 --user=student --password=guess -e 'SELECT 1'")
    assert "Access denied" in refused.stderr


def test_the_health_check_tells_when_mariadb_stands_still_and_when_it_goes_on(db: Host) -> None:
    assert health_notices_a_standstill(db, "mariadbd")
