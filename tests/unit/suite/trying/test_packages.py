"""Wheels are unpacked beside a program where the hosts' Python can use them, and only there."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from lab.errors import UsageError
from lab.suite.trying import packages
from lab.suite.trying.packages import unpacked, with_packages
from lab.suite.trying.side import Side


def wheel(folder: Path, files: Mapping[str, str], name: str = "tiny-1.0-py3-none-any") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for each, text in files.items():
            archive.writestr(each, text)
    return path


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


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        ("py3-none-any", True),
        ("py2.py3-none-any", True),
        ("cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", True),
        ("cp37-abi3-manylinux_2_28_x86_64", True),
        ("cp312-cp312-manylinux_2_17_x86_64", False),
        ("cp311-cp311-musllinux_1_1_x86_64", False),
        ("cp311-cp311-win_amd64", False),
        ("cp311-cp311-manylinux_2_17_aarch64", False),
        ("py2-none-any", False),
    ],
)
def test_only_wheels_for_the_hosts_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tags: str, fits: bool
) -> None:
    monkeypatch.setattr(packages, "MACHINE", "x86_64")
    wheel(tmp_path, {"tiny.py": ""}, f"tiny-1.0-{tags}")
    if fits:
        assert unpacked(tmp_path) == {"tiny.py": b""}
    else:
        with pytest.raises(UsageError, match="another Python or another system"):
            unpacked(tmp_path)


def test_what_is_no_wheel_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"no file NAME\.whl"):
        unpacked(tmp_path)
    path = wheel(tmp_path, {"tiny.py": "x" * 2000})
    monkeypatch.setattr(packages, "MOST", 1000)
    with pytest.raises(UsageError, match="larger"):
        unpacked(tmp_path)
    path.write_bytes(b"no zip")
    with pytest.raises(UsageError, match="zip"):
        unpacked(tmp_path)


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
