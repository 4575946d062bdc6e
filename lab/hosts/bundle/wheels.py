"""The wheels that a machine without a network installs: the lab's own, and all that it needs."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from lab import clone
from lab.clone import kit
from lab.errors import CouldNotJudge
from lab.hosts import pip
from lab.hosts.docker.apt import Say

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The versions of Python that the lab's needs are packed for."""

DATED = (1980, 1, 1, 0, 0, 0)
"""What a file is dated in an archive, so that two of the same content are the same."""

_OWN = "socketlab"


def own() -> tuple[str, bytes]:
    """Return the name and the content of the wheel of the lab that runs, from a clone or not.

    It is made of the files as they are now; see the binary distribution format of PyPA.
    """
    version, package = metadata.version(_OWN), Path(clone.__file__).parent
    about = f"{_OWN}-{version}.dist-info"
    files = dict(_below(package, "lab", "kit")) | dict(_below(kit(package.parent), "lab/kit"))
    known = metadata.distribution(_OWN)
    # A clone that setuptools has looked at has PKG-INFO, which says the same.
    described = known.read_text("METADATA") or known.read_text("PKG-INFO") or ""
    files[f"{about}/METADATA"] = (described.encode(), False)
    files[f"{about}/entry_points.txt"] = (
        (known.read_text("entry_points.txt") or "").encode(),
        False,
    )
    wheel = "Wheel-Version: 1.0\nGenerator: lab\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{about}/WHEEL"] = (wheel.encode(), False)
    record = [f"{name},{_digest(content)},{len(content)}" for name, (content, _) in files.items()]
    listed = "\n".join([*record, f"{about}/RECORD,,", ""])
    files[f"{about}/RECORD"] = (listed.encode(), False)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, (content, executable) in files.items():
            archive.writestr(entry(name, executable=executable), content, zipfile.ZIP_DEFLATED)
    return f"{_OWN}-{version}-py3-none-any.whl", packed.getvalue()


def entry(name: str, *, executable: bool = False) -> zipfile.ZipInfo:
    """Return the head of a file in an archive, the same at any time and for any user."""
    found = zipfile.ZipInfo(name, DATED)
    found.external_attr = (0o100755 if executable else 0o100644) << 16
    found.create_system = 3
    return found


def needed() -> list[str]:
    """Return what the lab needs, at the versions that are here, as ``name==version``; and pip."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - seldom wanted

    found: dict[str, str] = {}

    def add(name: str) -> None:
        if name in found:
            return
        dist = metadata.distribution(name)
        found[name] = dist.version
        for line in dist.requires or ():
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                add(wanted.name.lower())

    add(_OWN)
    del found[_OWN]
    return [f"{name}=={version}" for name, version in sorted(found.items())] + ["pip"]


def fetch(into: Path, say: Say) -> list[Path]:
    """Return the wheels that the lab needs, from ``into`` or fetched there by pip.

    Raises CouldNotJudge where pip has no such wheel and cannot fetch it.
    """
    into.mkdir(parents=True, exist_ok=True)
    stamp, wanted = into / "wanted", "\n".join([*PYTHONS, *needed()])
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        for old in into.glob("*.whl"):
            old.unlink()
        for version in PYTHONS:
            say(f"fetching what the lab needs, for Python {version}")
            _download(into, version)
        stamp.write_text(wanted, encoding="utf-8")
    return sorted(into.glob("*.whl"))


def _download(into: Path, version: str) -> None:
    # From 3.14 on, Python has zstd itself.
    zstd_within = tuple(map(int, version.split("."))) >= (3, 14)
    names = [each for each in needed() if not (zstd_within and each.startswith("backports.zstd"))]
    if seen := pip.download(into, version, ("2_17", "2_28", "2_34"), ["--no-deps", *names]):
        raise CouldNotJudge(
            f"fetching what the lab needs, for Python {version}",
            seen,
            "lab bundle again where this machine reaches its Python package index",
        )


def _below(folder: Path, at: str, but: str = "") -> Iterator[tuple[str, tuple[bytes, bool]]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and "__pycache__" not in inside.parts and inside.parts[0] != but:
            executable = bool(path.stat().st_mode & 0o100)
            yield f"{at}/{inside.as_posix()}", (path.read_bytes(), executable)


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"sha256={digest}"
