"""lab read: captures of others as a story and a page, without an engine and without a clone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from places import CAPTURES

from lab.cli import lab
from lab.errors import CaptureUnreadable, UsageError

HTTPS = str(CAPTURES / "scenario_https_ipv4.pcap")


def said(*words: str) -> str:
    done = CliRunner().invoke(lab, ["read", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_a_capture_is_told_by_the_names_that_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    told = said(HTTPS, "--host", "client=10.85.0.10", "--host", "server=10.85.0.20")
    assert told.startswith("scenario_https_ipv4.pcap · IPv4 · captured elsewhere\n")
    assert "client 10.85.0.10" in told
    assert "ClientHello for server" in told
    assert "Not drawn: 9 ACKs of data, 6 DNS look-ups" in told


def test_its_page_has_neither_verdicts_nor_programs_nor_files_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "it.html"
    assert said(HTTPS, "--page", str(page)).endswith(f"{page}\n")
    text = page.read_text()
    for missing in (
        "What was expected",
        "What the programs printed",
        "could not be judged",
        "download>",
    ):
        assert missing not in text
    assert "<dd>scenario_https_ipv4.pcap (65 packets)</dd>" in text


def test_only_so_many_packets_are_read_as_asked(tmp_path: Path) -> None:
    assert "4 ACKs of data" not in said(HTTPS, "--most", "6")


@pytest.mark.parametrize(
    "given", ["client", "client=", "=10.0.0.1", "client=server", "\x1b=10.0.0.1"]
)
def test_a_host_that_is_no_name_and_address_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(UsageError) as refused:
        said(HTTPS, "--host", given)
    assert "--host client=192.168.1.10" in refused.value.advice


def test_what_is_no_capture_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(CaptureUnreadable, match=r"nowhere\.pcap: No such file"):
        said(str(tmp_path / "nowhere.pcap"))
