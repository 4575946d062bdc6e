"""Faults that others have set, told from what hosts say is done to them."""

from __future__ import annotations

from lab.live.elsewhere import LOOKS, Elsewhere

OWN = "loss of 30% of the packets on lan at client"
NOTED = f"{OWN}, at its port"


def looked(elsewhere: Elsewhere, *own: str) -> list[str]:
    """Look as often as it takes, and return what is told then."""
    for _ in range(LOOKS - 1):
        assert elsewhere.look(own) == []
    return elsewhere.look(own)


def test_what_stays_and_is_none_of_the_page_s_was_set_elsewhere() -> None:
    elsewhere = Elsewhere()
    elsewhere.take("client", [NOTED])
    elsewhere.take("router", ["relay of 71", "partition on middle, by the relay"])
    assert looked(elsewhere) == [f"client: {NOTED}", "router: partition on middle, by the relay"]
    elsewhere.take("client", [])
    assert elsewhere.look([]) == ["router: partition on middle, by the relay"]


def test_the_page_s_own_are_not_told_again_not_even_while_they_are_being_undone() -> None:
    elsewhere = Elsewhere()
    elsewhere.take("client", [NOTED, "link down on lan at client"])
    elsewhere.take("router", [f"{OWN}, by netem"])
    own = [OWN, "link down on lan at client"]
    assert looked(elsewhere, *own) == []
    assert looked(elsewhere) == []
    elsewhere.take("client", [])
    assert elsewhere.look([]) == []
    elsewhere.take("client", [NOTED])
    assert looked(elsewhere) == [f"client: {NOTED}"]


def test_a_fault_whose_words_begin_alike_is_another() -> None:
    elsewhere = Elsewhere()
    elsewhere.take("client", [f"{OWN}, away from it, at its port"])
    assert looked(elsewhere, OWN) == [f"client: {OWN}, away from it, at its port"]


def test_a_trial_of_a_kernel_passes_untold() -> None:
    elsewhere = Elsewhere()
    for _ in range(3):
        elsewhere.take("router", ["a trial of netem"])
        assert elsewhere.look([]) == []
        elsewhere.take("router", [])
        assert elsewhere.look([]) == []
