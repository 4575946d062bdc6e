"""Host news is what it says: INN's reader daemon, one group, one article, nobody posts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from daemons import ask, health_notices_a_standstill, ports, users_of
from testinfra.host import Host


@pytest.fixture(scope="module")
def news(serving: Callable[[str], Host]) -> Host:
    return serving("news")


def test_the_news_server_comes_from_the_distributions_packages(news: Host) -> None:
    assert news.package("inn2").is_installed


def test_the_news_server_runs_as_a_user_of_its_own(news: Host) -> None:
    assert users_of(news, "nnrpd") == {"news"}


def test_news_listens_over_both_ip_versions_and_nothing_else_does(news: Host) -> None:
    assert ports(news) == {"IPv4": {119}, "IPv6": {119}}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_group_has_an_article_that_can_be_read(news: Host, address: str) -> None:
    greeting, group, article, *lines = ask(news, address, 119, "GROUP lab.test", "ARTICLE 1")
    assert greeting.startswith("201 news.lab.test ")
    assert group == "211 1 1 1 lab.test"
    assert article == "220 1 <first@news.lab.test> article"
    assert "Subject: The first article" in lines


def test_nobody_can_post(news: Host) -> None:
    _, refusal, *_ = ask(news, "::1", 119, "POST")
    assert refusal.startswith("440 ")


def test_the_health_check_tells_when_the_server_stands_still_and_when_it_goes_on(
    news: Host,
) -> None:
    assert health_notices_a_standstill(news, "nnrpd")
