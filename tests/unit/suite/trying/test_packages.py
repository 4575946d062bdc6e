"""Wheels are unpacked beside a program where the hosts' Python can use them, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest
from wheels import wheel

from lab.errors import UsageError
from lab.suite.trying.packages import with_packages
from lab.suite.trying.side import Side


def silent(_: str) -> None:
    pass


def test_a_wheel_lies_beside_the_program_as_if_installed(tmp_path: Path) -> None:
    files = {"tiny/__init__.py": "A", "tiny-1.0.dist-info/METADATA": "m"}
    files |= {"tiny-1.0.data/purelib/more.py": "B", "tiny-1.0.data/scripts/tiny": "s"}
    wheel(tmp_path / "wheels", files | {"../out.py": "x", "/etc/x": "x"})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "client.py").write_text("import tiny")
    side = Side.of("client", tmp_path / "mine" / "client.py")
    copy = with_packages(side, tmp_path / "wheels", tmp_path, tmp_path / "copies", silent)
    assert copy.sources == {
        "client.py": b"import tiny",
        "tiny/__init__.py": b"A",
        "tiny-1.0.dist-info/METADATA": b"m",
        "more.py": b"B",
    }
    assert set(side.sources) == {"client.py"}


def test_requirements_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
    about = {"METADATA": metadata, "WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n", "RECORD": ""}
    files = {f"tiny-1.0.dist-info/{name}": text for name, text in about.items()}
    index = wheel(tmp_path / "index", files | {"tiny.py": "A"}).parent
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    home = tmp_path / "server"
    home.mkdir()
    (home / "server.py").write_text("import tiny")
    (home / "requirements.txt").write_text("tiny  # the smallest\n")
    side = Side.of("server", home)
    copy = with_packages(side, None, tmp_path, tmp_path / "copies", silent)
    assert copy.sources["tiny.py"] == b"A"
    (index / "tiny-1.0-py3-none-any.whl").unlink()
    assert with_packages(side, None, tmp_path, tmp_path / "again", silent).sources == copy.sources
    (home / "requirements.txt").write_text("tiny==2.0\n")
    with pytest.raises(UsageError, match=r"tiny==2\.0"):
        with_packages(side, None, tmp_path, tmp_path / "third", silent)
    (home / "requirements.txt").write_text("# nothing\n")
    assert with_packages(side, None, tmp_path, tmp_path / "fourth", silent) == side
    assert len(list((tmp_path / ".cache" / "wheels").iterdir())) == 1
