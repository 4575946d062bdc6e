"""Host app is what it says: room for a web application, which is a scenario's own program."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from daemons import ports
from testinfra.host import Host

PACKAGES = {
    "flask": "python3-flask",
    "jinja2": "python3-jinja2",
    "pymemcache": "python3-pymemcache",
    "pymysql": "python3-pymysql",
    "waitress": "python3-waitress",
}


@pytest.fixture(scope="module")
def app(serving: Callable[[str], Host]) -> Host:
    return serving("app")


@pytest.mark.parametrize("module", PACKAGES)
def test_a_program_can_import_what_the_distribution_packages(app: Host, module: str) -> None:
    assert app.package(PACKAGES[module]).is_installed
    assert app.run(f"python3 -W error -c 'import {module}'").rc == 0


def test_nothing_listens_until_a_program_does(app: Host) -> None:
    assert ports(app) == {"IPv4": set(), "IPv6": set()}


@pytest.mark.parametrize("zone", ["ipv4", "ipv6"])
def test_its_account_reads_the_glossary_over_both_ip_versions(app: Host, zone: str) -> None:
    told = app.check_output(
        f"LOCALDOMAIN={zone}.lab.test python3 -c '"
        'import json, pymysql; store = pymysql.connect(host="db", user="app", password="lab-app");'
        'cursor = store.cursor(); cursor.execute("SELECT word FROM glossary.words ORDER BY word");'
        "print(json.dumps(cursor.fetchall()))'"
    )
    assert json.loads(told) == [["datagram"], ["port"], ["socket"]]


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM glossary.words", "SELECT * FROM course.lectures", "CREATE DATABASE x"],
)
def test_its_account_can_do_no_more(app: Host, statement: str) -> None:
    refused = app.run(
        "python3 -c 'import pymysql;"
        ' store = pymysql.connect(host="db", user="app", password="lab-app");'
        f' store.cursor().execute("{statement}")\''
    )
    assert refused.rc == 1
    assert "denied" in refused.stderr
