"""A stream proves that a packet did not come only of the time that it has told all of."""

from __future__ import annotations

import pytest
from hearing import heard

from lab.live.frames import Told
from lab.live.heard import LOST_AFTER_NS, MOST_BEHIND_NS, Heard

BEGAN, SENT = 1_000, 2_000


@pytest.mark.parametrize(
    ("upto_ns", "proven"),
    [(SENT, False), (SENT + LOST_AFTER_NS - 1, False), (SENT + LOST_AFTER_NS, True)],
)
def test_a_packet_has_its_time_until_the_stream_of_its_receiver_is_past_it(
    upto_ns: int, proven: bool
) -> None:
    all_streams = heard({"server": upto_ns, "client": 10**12}, BEGAN)
    assert all_streams.proves("server", SENT) is proven
    assert not all_streams.proves("server", BEGAN - 1)
    assert not all_streams.proves("unwatched", SENT)
    assert all_streams.proven_by_other("client", SENT) is proven
    assert all_streams.proven_by_other("server", SENT)


def test_a_stream_that_begins_anew_proves_nothing_of_the_time_before() -> None:
    streams = Heard()
    streams.take("server", Told(began_ns=BEGAN, upto_ns=10**12))
    kept = streams.now()
    streams.take("server", Told(began_ns=10**12))
    assert not streams.proves("server", SENT)
    assert kept.proves("server", SENT)
    streams.forget("server")
    streams.take("server", Told(upto_ns=10**13))
    assert not streams.proves("server", SENT)


def test_the_slowest_stream_is_waited_for_but_not_for_ever() -> None:
    assert Heard().upto(7) == 7
    assert heard({"server": 5, "client": 9}).upto(0) == 5
    late = 3 * MOST_BEHIND_NS
    assert heard({"server": 5, "client": late}).upto(0) == late - MOST_BEHIND_NS
