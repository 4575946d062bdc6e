"""Host web is what it says: Apache with PHP, TLS, phpMyAdmin and Webalizer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from daemons import health_notices_a_standstill, ports, users_of
from testinfra.host import Host

PACKAGES = ["apache2", "libapache2-mod-php", "openssl", "php-mysql", "phpmyadmin", "webalizer"]
TRUSTED = "--cacert /etc/ssl/socketlab/ca.crt"


@pytest.fixture(scope="module")
def web(serving: Callable[[str], Host]) -> Host:
    return serving("web")


@pytest.mark.parametrize("name", PACKAGES)
def test_the_stack_comes_from_the_distributions_packages(web: Host, name: str) -> None:
    assert web.package(name).is_installed


def test_apache_answers_as_a_user_that_may_little(web: Host) -> None:
    assert users_of(web, "apache2") == {"root", "www-data"}


def test_apache_listens_over_both_ip_versions_and_nothing_else_does(web: Host) -> None:
    assert ports(web) == {"IPv4": {80, 443}, "IPv6": {80, 443}}


@pytest.mark.parametrize("name", ["web", "web.lab.test", "web.ipv4.lab.test", "web.ipv6.lab.test"])
def test_the_certificate_is_good_for_each_of_its_names(web: Host, name: str) -> None:
    assert "It works!" in web.check_output(f"curl -sS {TRUSTED} https://{name}/")


def test_nobody_trusts_the_certificate_who_does_not_know_the_labs_authority(web: Host) -> None:
    refused = web.run("curl -sS https://web/")
    assert refused.rc == 60
    assert "unable to get local issuer certificate" in refused.stderr


def test_only_root_reads_the_private_key(web: Host) -> None:
    key = web.file("/etc/ssl/socketlab/web.key")
    assert (key.user, key.mode) == ("root", 0o600)


def test_phpmyadmin_asks_who_is_there(web: Host) -> None:
    assert 'name="pma_username"' in web.check_output("curl -sS http://web/phpmyadmin/")


def test_the_pages_and_the_logs_of_visits_are_the_students(web: Host) -> None:
    for path in ("/srv/htdocs", "/var/log/apache2/access.log", "/var/log/apache2/ssl_access.log"):
        assert web.file(path).user == "student"


def test_the_health_check_is_no_visit(web: Host) -> None:
    log = web.file("/var/log/apache2/access.log")
    before = log.content_string
    web.check_output("socketlab-health")
    assert log.content_string == before


def test_the_health_check_tells_when_apache_stands_still_and_when_it_goes_on(web: Host) -> None:
    assert health_notices_a_standstill(web, "apache2")
