"""The capture of all taps lies beside the story, and says what was judged last."""

from __future__ import annotations

from pathlib import Path

from played import hello

from lab.clone import Clone
from lab.observation import store
from lab.observation.run import Run
from lab.observation.verdict import Outcome, Verdict
from lab.suite.publish import Publisher


def test_it_is_written_with_the_run_and_anew_with_other_verdicts(tmp_path: Path) -> None:
    publisher, run = Publisher(Clone(tmp_path)), Run.of(hello().observation())
    publisher.keep(run.judged((Verdict("test_it", Outcome.HOLDS, said="the first"),)))
    folder = tmp_path / "out" / "played" / "ipv4"
    first = (folder / store.TAPS).read_bytes()
    assert "✔ the first".encode() in first
    assert store.TAPS in store.named_in(folder)
    publisher.keep_verdicts(run.judged((Verdict("test_it", Outcome.FAILS, said="the second"),)))
    assert "✗ the second".encode() in (folder / store.TAPS).read_bytes()
