"""What LAB_FAULTS asks for is had, or told to be unknown."""

from __future__ import annotations

import pytest

from lab.errors import UsageError
from lab.runner.faults import asked_for


@pytest.mark.parametrize(
    ("value", "meant"), [("", None), ("netem", "netem"), ("forwarder", "forwarder")]
)
def test_the_setting_names_what_impairs_packets(
    monkeypatch: pytest.MonkeyPatch, value: str, meant: str | None
) -> None:
    monkeypatch.setenv("LAB_FAULTS", value)
    assert asked_for() == meant


def test_without_the_setting_the_lab_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_FAULTS", raising=False)
    assert asked_for() is None


def test_a_name_that_is_none_of_theirs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_FAULTS", "tbf")
    with pytest.raises(UsageError, match="LAB_FAULTS=tbf") as told:
        asked_for()
    assert "netem, relay, forwarder" in str(told.value)
