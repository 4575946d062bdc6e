"""lab wireshark: a kept run opens in Wireshark where that is; else an error says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from played import hello

from lab.cli import lab, wireshark
from lab.errors import UnknownName, UsageError
from lab.observation import store
from lab.observation.run import Run


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a clone with a kept run, and no Wireshark on this machine."""
    (tmp_path / "compose.yaml").touch()
    (tmp_path / "scenarios" / "played").mkdir(parents=True)
    store.save(tmp_path / "out/played/ipv4", Run.of(hello().observation()))
    monkeypatch.setenv("SOCKETLAB_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(wireshark, "_OF_MACOS", tmp_path / "nowhere")
    return tmp_path


def wireshark_in(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program of that name there, and give the machine a screen."""
    program = clone / "bin" / "wireshark"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":9")
    return program


def called(*words: str) -> str:
    return CliRunner().invoke(lab, ["wireshark", *words], catch_exceptions=False).output


def test_the_run_is_opened_with_the_names_of_the_lab(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    program = wireshark_in(clone, monkeypatch)
    monkeypatch.setattr("subprocess.Popen", lambda words, **_: started.append(words))
    path = clone / "out/played/ipv4/run.pcapng"
    assert called("played") == f"{path}\n"
    assert started == [[str(program), "-N", "mn", "-r", str(path)]]
    assert path.read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"


def test_without_wireshark_the_error_says_how_to_get_it_and_what_to_do_without(
    clone: Path,
) -> None:
    with pytest.raises(UsageError, match="not installed") as refused:
        called("played")
    assert "tshark -N mn -r" in refused.value.advice
    assert "install" in refused.value.advice


def test_without_a_screen_the_error_says_so(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wireshark_in(clone, monkeypatch)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(UsageError, match="no screen"):
        called("played")


def test_a_run_that_is_not_there_is_told_as_such(clone: Path) -> None:
    with pytest.raises(UnknownName):
        called("played", "--ipv6")
