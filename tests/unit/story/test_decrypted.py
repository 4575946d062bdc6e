"""A page shows what TLS hid where the run's keys are known, and says that it did not cross so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tls_talk import certified, crossed, spoken
from wire import CLIENT, SERVER

from lab.observation.foreign import foreign
from lab.observation.run import Run
from lab.story.page import decrypted as module
from lab.story.page.decrypted import decrypted
from lab.story.page.render import render_page
from lab.story.timeline.timeline import Timeline
from lab.wire.capture_file import CaptureFile
from lab.wire.conversation import Side
from lab.wire.pcap import Capture

REQUEST = b"GET /<b>&\x1b[31m HTTP/1.1\r\nHost: server\r\n\r\n"


def told(folder: Path, *said: tuple[Side, bytes], keys: bool = True) -> Timeline:
    """Return a run in which client and server said this inside TLS 1.3."""
    seen = spoken(certified(folder), "1.3", [*said])
    file = CaptureFile((Capture(tuple(crossed(seen).packets)),))
    found = foreign({"client.pcap": file}, {CLIENT.ip: "client", SERVER.ip: "server"})
    hosts = (replace(each, tls_keys=seen.log if keys else "") for each in found.hosts)
    return Timeline.of(Run.of(replace(found, hosts=tuple(hosts))))


def test_each_packet_says_what_its_records_say(tmp_path: Path) -> None:
    rows = decrypted(told(tmp_path, ("client", REQUEST), ("server", bytes(range(200)))))
    assert (rows[0].sender, rows[0].receiver) == ("server", "client")
    assert rows[0].said == "[TLS: EncryptedExtensions, Certificate, CertificateVerify, Finished]"
    said = [each.said for each in rows]
    assert "GET /<b>&\\x1b[31m HTTP/1.1\nHost: server" in said
    assert any("[200 bytes of data]" in each for each in said)
    assert said[-1] == "[TLS: alert: close notify]"


def test_without_keys_nothing_is_shown(tmp_path: Path) -> None:
    timeline = told(tmp_path, ("client", REQUEST), keys=False)
    assert decrypted(timeline) == []
    page = render_page(timeline)
    assert 'id="decrypted"' not in page


def test_the_page_marks_it_and_has_no_markup_of_a_stranger(tmp_path: Path) -> None:
    page = render_page(told(tmp_path, ("client", REQUEST)))
    assert "What TLS hid, decrypted with the run's keys" in page
    assert "This did not cross the wire so." in page
    assert "GET /&lt;b&gt;&amp;" in page
    assert "\x1b" not in page


def test_what_is_too_much_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 3000)
    rows = decrypted(told(tmp_path, ("client", b"a" * 2000), ("server", b"b" * 2500)))
    said = "\n".join(each.said for each in rows)
    assert "a" * 1000 in said
    assert "[2500 bytes of data]" in said
