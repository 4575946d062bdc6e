"""Host cache is what it says: memcached, for every host, over TCP alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from daemons import ask, health_notices_a_standstill, ports, users_of
from testinfra.host import Host


@pytest.fixture(scope="module")
def cache(serving: Callable[[str], Host]) -> Host:
    return serving("cache")


def test_memcached_comes_from_the_distributions_packages(cache: Host) -> None:
    assert cache.package("memcached").is_installed


def test_memcached_runs_as_a_user_of_its_own(cache: Host) -> None:
    assert users_of(cache, "memcached") == {"memcache"}


def test_memcached_listens_over_both_ip_versions_and_nothing_else_does(cache: Host) -> None:
    assert ports(cache) == {"IPv4": {11211}, "IPv6": {11211}}


def test_memcached_does_not_answer_datagrams(cache: Host) -> None:
    listed = cache.check_output("ss -H -l -n -u").splitlines()
    # The engine's own resolver, on the loopback of every host.
    assert [line for line in listed if "127.0.0.11:" not in line] == []


def test_what_is_stored_over_one_ip_version_is_there_over_the_other(cache: Host) -> None:
    stored = ask(cache, "127.0.0.1", 11211, "set lab-test 0 60 5", "hello")
    assert stored[0] == "STORED"
    assert ask(cache, "::1", 11211, "get lab-test")[:3] == ["VALUE lab-test 0 5", "hello", "END"]
    assert ask(cache, "::1", 11211, "delete lab-test")[0] == "DELETED"


def test_the_health_check_tells_when_memcached_stands_still_and_when_it_goes_on(
    cache: Host,
) -> None:
    assert health_notices_a_standstill(cache, "memcached")
