"""What an engine tells of itself: its clock within what the answer took, and its free memory."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from lab.hosts.docker import survey
from lab.hosts.docker.engine.client import EngineClient


class Far:
    """An engine whose clock is ahead by some seconds, and whose answers take their time."""

    def __init__(self, ahead: float, there: float, back: float) -> None:
        self.now = 1000.0
        self._ahead, self._there, self._back = ahead, there, back

    def info(self) -> dict[str, Any]:
        """Tell the time, after the way there and before the way back."""
        self.now += self._there
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=self.now + self._ahead)
        self.now += self._back
        return {"SystemTime": moment.isoformat(timespec="microseconds").replace("+00:00", "123Z")}


@pytest.mark.parametrize("ahead", [0.0, 2.5, -0.25])
@pytest.mark.parametrize(("there", "back"), [(0.01, 0.01), (0.1, 0.0), (0.0, 0.2)])
def test_the_true_offset_is_never_further_away_than_the_uncertainty(
    monkeypatch: pytest.MonkeyPatch, ahead: float, there: float, back: float
) -> None:
    engine = Far(ahead, there, back)
    monkeypatch.setattr(time, "time", lambda: engine.now)
    found = survey.clock(cast(EngineClient, engine))
    assert abs(found.ahead - ahead) <= found.uncertainty + 1e-5
    assert found.uncertainty == pytest.approx((there + back) / 2)


def test_free_memory_is_what_programs_could_still_get() -> None:
    told = "MemTotal:  24684084 kB\nMemFree: 1 kB\nMemAvailable:   20971520 kB\n"
    assert survey.available(told) == 20 << 30
    assert survey.available("MemTotal: 1 kB\n") is None
