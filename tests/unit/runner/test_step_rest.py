"""All is at rest where every thread stands or sleeps in a call and no connection owes a packet."""

from __future__ import annotations

from typing import Any

import pytest

from lab.observation.steps.walk import Made, Variable
from lab.runner.step.rest import Stillness, doubtful, signature, stillness
from lab.runner.step.sockets import has_daemons, listening, states
from lab.runner.step.told import MOST_CALLS, Told
from lab.wire.address import Tcp, Udp
from lab.wire.sockets.table import entry

LISTENER = ("tcp", "::", 15000, "::", 0, 10, 0, 5, 1000, 1)


def lane(kind: str, asleep: bool = True, number: int = 0) -> dict[str, Any]:
    return {"lane": number, "is": kind, "tid": 7 + number, "asleep": asleep, "switches": "3"}


def tcp(state: int, unread: int = 0, unsent: int = 0) -> tuple[Any, ...]:
    return ("tcp", "10.0.0.1", 40000, "10.0.0.2", 15000, state, unread, unsent, 1000, 2)


def look(
    *lanes: dict[str, Any], sockets: Any = (), ended: bool = False, others_run: bool = False
) -> dict[str, Any]:
    told = {"told": 1, "news": [], "others_run": others_run}
    program = {"lanes": list(lanes), "ended": ended, **told}
    return {"programs": {1: program}, "sockets": list(sockets), "frames": 4}


def test_a_host_has_daemons_where_something_waits_to_be_called_that_is_not_the_engine_s() -> None:
    engine_s = entry(("udp", "127.0.0.11", 40000, "0.0.0.0", 0, 7, 0, 0, 0, 3))
    asked = entry(("udp", "10.0.0.1", 53, "0.0.0.0", 0, 7, 0, 0, 0, 4))
    assert not has_daemons([engine_s, entry(tcp(1))])
    assert has_daemons([engine_s, asked])
    assert has_daemons([entry(LISTENER)])


@pytest.mark.parametrize(
    ("seen", "still"),
    [
        (look(lane("stands")), Stillness.RESTS),
        (look(lane("waits")), Stillness.RESTS),
        (look(lane("waits", asleep=False)), Stillness.MOVES),
        (look(lane("runs", asleep=False)), Stillness.MOVES),
        (look(lane("stands"), lane("runs", asleep=False, number=1)), Stillness.MOVES),
        (look(lane("waits"), others_run=True), Stillness.MOVES),
        (look(lane("ended"), ended=True, others_run=True), Stillness.RESTS),
        (look(lane("runs")), Stillness.UNTOLD),
        (look(), Stillness.MOVES),
        (look(lane("ended")), Stillness.MOVES),
        (look(lane("ended"), ended=True), Stillness.RESTS),
        (look(lane("stands"), sockets=[LISTENER, tcp(1, unread=6)]), Stillness.RESTS),
        (look(lane("stands"), sockets=[tcp(1, unsent=6)]), Stillness.OWES),
        (look(lane("stands"), sockets=[tcp(2)]), Stillness.OWES),
        (look(lane("stands"), sockets=[tcp(4)]), Stillness.OWES),
        (look(lane("stands"), sockets=[tcp(5), tcp(6), tcp(8)]), Stillness.RESTS),
    ],
)
def test_what_may_still_move_is_known_from_a_look(seen: Any, still: Stillness) -> None:
    assert stillness([look(lane("stands")), seen]) is still


def test_what_rested_in_doubt_needs_no_patience_as_long_as_it_is_the_same() -> None:
    seen = look(lane("runs"), sockets=[tcp(1, unsent=6)])
    before = doubtful([seen])
    assert stillness([seen], before) is Stillness.RESTS
    assert stillness([look(lane("stands"), sockets=[tcp(1, unsent=7)])], before) is Stillness.OWES
    woken = look({**lane("runs"), "switches": "4"})
    assert stillness([woken], before) is Stillness.UNTOLD


def test_probes_of_a_connection_that_owes_do_not_count_as_moving() -> None:
    one, other = look(lane("stands")), {**look(lane("stands")), "frames": 5}
    assert signature([one], Stillness.RESTS) != signature([other], Stillness.RESTS)
    assert signature([one], Stillness.OWES) == signature([other], Stillness.OWES)


def test_sockets_are_shown_with_hosts_and_what_waits_in_them() -> None:
    rows = [LISTENER, tcp(8, unread=7)]
    listener, connection = states("client", rows, {"10.0.0.2": "server"})
    assert (listener.ends, listener.state, listener.unsent) == (":15000", "LISTEN", 0)
    assert connection.ends == ":40000 ↔ server:15000"
    assert connection.unread == 6, "the peer's FIN is no byte to be read"


def test_a_server_listens_where_all_that_it_promised_is_there() -> None:
    assert listening({"sockets": [LISTENER]}, [Tcp(15000)])
    assert not listening({"sockets": [LISTENER]}, [Tcp(15000), Udp(15000)])
    assert not listening({"sockets": [tcp(1)]}, [Tcp(40000)])


def stands(line: int, function: str = "<module>", depth: int = 1, **values: str) -> dict[str, Any]:
    about = {"file": "a.py", "line": line, "function": function, "depth": depth}
    return {"is": "stands", "lane": 0, "variables": values, **about}


def test_only_variables_that_changed_are_told_each_in_its_own_call() -> None:
    told = Told(1)
    assert told.take([stands(1, x="1")])[1] == (Variable(1, 0, "x", "1"),)
    assert told.take([stands(2, x="1", y="2")])[1] == (Variable(1, 0, "y", "2"),)
    assert told.take([stands(8, "f", 2, x="5")])[1] == (Variable(1, 0, "x", "5"),)
    assert told.take([stands(3, x="1", y="2")])[1] == ()
    again = told.take([stands(8, "f", 2, x="5")])[1]
    assert again == (Variable(1, 0, "x", "5"),), "another call has variables of its own"
    assert told.take([stands(3, x="1", y="2")])[1] == ()
    assert told.take([stands(4, y="2")])[1] == (Variable(1, 0, "x", None),)


def test_variables_of_threads_that_woke_together_are_told_by_lane() -> None:
    ben, ada = ({**stands(1, name=name), "lane": lane} for name, lane in (("Ben", 2), ("Ada", 1)))
    for news in ([ben, ada], [ada, ben]):
        assert [each.text for each in Told(1).take(news)[1]] == ["Ada", "Ben"]


def test_what_is_printed_piece_by_piece_is_one_text_and_what_is_raised_a_sentence() -> None:
    news: list[dict[str, Any]] = [
        {"is": "prints", "lane": 0, "stream": "stdout", "text": text} for text in ("a ", "b", "\n")
    ]
    raised = {"is": "raises", "lane": 0, "error": "OSError", "line": 4}
    told = Told(0)
    printed, _, notes, _ = told.take([stands(4), *news, raised, raised])
    assert [each.text for each in printed] == ["a b\n"]
    assert notes == ("a.py:4 raises OSError",)


def test_calls_are_told_and_counted_where_there_are_many() -> None:
    news = [{"is": "calls", "lane": 0, "text": f"recv({n})"} for n in range(MOST_CALLS + 3)]
    told = Told(1)
    _, _, notes, calls = told.take([stands(4), *news[:2]])
    assert (notes, calls) == ((), (Made(1, 0, "recv(0)"), Made(1, 0, "recv(1)")))
    _, _, notes, calls = told.take(news)
    assert (len(calls), notes) == (MOST_CALLS, ("3 more calls were made on sockets",))


def test_threads_of_a_library_are_no_lanes() -> None:
    told = Told(0)
    told.take([stands(1)])
    seen = [{**lane("stands"), **stands(1)}, lane("runs", number=1)]
    assert [each.number for each in told.lanes(seen, ended=False)] == [0]


def test_threads_of_a_library_that_wait_are_helpers_at_the_line_that_started_the_first() -> None:
    told = Told(0)
    starts = [{"is": "starts", "lane": by, "new": by + 1} for by in (0, 1)]
    told.take([stands(7), *starts, stands(8)])
    waits = [{**lane("waits", number=n), "call": "poll", "seconds": 0.5} for n in (1, 2)]
    seen = [{**lane("stands"), **stands(8)}, *waits, lane("runs", number=3)]
    found = told.helpers(seen, ended=False)
    assert [(each.number, str(each.place), each.call) for each in found] == [
        (1, "a.py:7", "poll"),
        (2, "a.py:7", "poll"),
    ]
    assert told.helpers(seen, ended=True) == []
