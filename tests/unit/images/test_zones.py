"""The zones that the lab's name server answers from."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest
from places import ROOT

from lab.hosts.docker.compose.addresses import Prefix
from lab.hosts.docker.compose.compose_file import ComposeFile
from lab.hosts.docker.compose.names import all_names

DNS = ROOT / "images" / "dns"
TABLE = all_names(ComposeFile(ROOT).topology({}), Prefix())


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("zones", DNS / "zones.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["zones"] = module
    spec.loader.exec_module(module)
    return module


zones = load()


def texts(prefix: str = "10.77", prefix6: str = "fd00:10:77") -> dict[str, str]:
    made: dict[str, str] = zones.zones(zones.parse(TABLE, prefix, prefix6), prefix, prefix6)
    return made


def test_every_host_has_both_kinds_of_address_under_its_name() -> None:
    lines = texts()["lab.test"].splitlines()
    for host, v4, v6 in (("client", 10, 10), ("server", 20, 20), ("dns", 53, 53)):
        assert f"{host} A 10.77.0.{v4}" in lines
        assert f"{host} AAAA fd00:10:77::{v6}" in lines


def test_the_names_for_one_ip_version_have_only_that() -> None:
    lines = texts()["lab.test"].splitlines()
    assert [line for line in lines if line.startswith("server.ipv4 ")] == [
        "server.ipv4 A 10.77.0.20"
    ]
    assert [line for line in lines if line.startswith("server.ipv6 ")] == [
        "server.ipv6 AAAA fd00:10:77::20"
    ]


def test_every_address_leads_back_to_its_host() -> None:
    made = texts("172.20", "fd00:172:20")
    assert "10.0.20.172.in-addr.arpa. PTR client.lab.test." in made["20.172.in-addr.arpa"]
    reverse = made["0.2.0.0.2.7.1.0.0.0.d.f.ip6.arpa"]
    assert reverse.count(" PTR ") == TABLE.count("host ")


def test_the_courses_names_lead_to_the_server() -> None:
    made = texts()
    assert "maps.google.com. A 10.77.0.20" in made["google.com"]
    assert "www.python.org. AAAA fd00:10:77::20" in made["python.org"]


def test_mail_for_the_zone_is_taken_by_a_host_that_has_addresses() -> None:
    lines = texts()["lab.test"].splitlines()
    assert [line for line in lines if " MX " in line] == ["@ MX 10 mail.lab.test."]
    assert "mail A 10.77.0.25" in lines
    assert "mail AAAA fd00:10:77::25" in lines


def test_the_root_knows_no_name_so_that_others_do_not_exist() -> None:
    root = texts()["."]
    assert " A " not in root
    assert root.startswith("$ORIGIN .\n")


@pytest.mark.parametrize(
    "line",
    [
        "host x",
        "host x .0.999 ::1",
        "name www.x.org nobody",
        "mail nobody lab.test",
        "router r .0.1 ::1",
    ],
)
def test_what_makes_no_sense_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"addresses of x|is neither"):
        zones.parse(f"host y .0.1 ::1; {line}", "10.77", "fd00:10:77")


def test_the_host_with_two_addresses_answers_with_both() -> None:
    table = "host r .0.1 ::1; host r .1.1 :1::1"
    made = zones.zones(zones.parse(table, "10.77", "fd00:10:77"), "10.77", "fd00:10:77")
    assert "r A 10.77.0.1\nr A 10.77.1.1\n" in made["lab.test"]
    assert "r AAAA fd00:10:77:1::1" in made["lab.test"]
