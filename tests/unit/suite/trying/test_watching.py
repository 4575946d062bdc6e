"""A saved file is noticed however it is saved, and only what lasts counts as a difference."""

from __future__ import annotations

import threading
from pathlib import Path
from unittest import mock

import pytest

from lab.suite.trying import watching
from lab.suite.trying.watching import MOST, Stamps, difference, stamps, wait_for_change


@pytest.mark.parametrize("how", ["written", "renamed", "new", "gone"])
def test_a_file_that_is_saved_is_noticed(tmp_path: Path, how: str) -> None:
    path = tmp_path / "server.py"
    path.write_text("1")
    (tmp_path / "quiz").mkdir()
    before = stamps([tmp_path])

    def save() -> None:
        if how == "written":
            path.write_text("22")
        elif how == "renamed":
            (tmp_path.parent / "new").write_text("333")
            (tmp_path.parent / "new").rename(path)
        elif how == "new":
            (tmp_path / "quiz" / "server.py").write_text("")
        else:
            path.unlink()

    threading.Timer(0.1, save).start()
    assert wait_for_change([tmp_path], before) == ["server.py"]


def test_a_file_that_is_half_written_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "server.py"
    path.write_text("1")
    before = stamps([path])
    looks: list[str] = []

    def writes_on(_: object) -> Stamps:
        looks.append("look")
        if len(looks) < 4:
            path.write_text("2" * len(looks))
        return stamps([path])

    with mock.patch.object(watching, "stamps", writes_on):
        assert wait_for_change([path], before) == ["server.py"]
    assert path.read_text() == "222"
    assert len(looks) == 4


def test_only_what_lasts_is_a_difference() -> None:
    before = " -120.3  $ server.py\n   0.1  │ hello\nTCP 10.1.0.2:41000 → 10.1.0.3:15000\n"
    after = "  -99.0  $ server.py\n   7.9  │ goodbye\nTCP 10.1.0.2:52000 → 10.1.0.3:15000\n"
    assert difference(before, before.replace("41000", "49999").replace("0.1 ", "0.2 ")) == []
    assert difference(before, after) == ["- │ hello", "+ │ goodbye"]
    many = difference("", "\n".join(f"line {number}" for number in range(100)))
    assert len(many) == MOST + 1
    assert many[-1] == "… and 80 lines more"
