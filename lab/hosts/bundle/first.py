"""What ``python3 lab.pyz [FOLDER]`` does: install the lab of a bundle, and hand over to it.

It is the bundle's ``__main__.py``, so it has the standard library only, and can be read by a Python
that is too old, to say so.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

USAGE = """usage: python3 BUNDLE [FOLDER]

Install the lab of this bundle into FOLDER (usual: socketlab), which is made: a course, a Python
environment for it (FOLDER/.venv), and the images for Docker. No network is needed. Again after a
break, it goes on where it was."""


def main() -> None:
    """Install the wheels into an environment of their own, then have that lab install the rest."""
    words = [each for each in sys.argv[1:] if each != "install"]
    if len(words) > 1 or any(each.startswith("-") for each in words):
        print(USAGE)  # noqa: T201
        sys.exit(0 if words in (["-h"], ["--help"]) else 2)
    if sys.version_info < (3, 11):  # noqa: UP036 - so far an older one comes
        fail("Python 3.11 or later is needed", "python3.12 BUNDLE, or install a newer Python")
    bundle, folder = Path(sys.argv[0]).absolute(), Path(*words or ["socketlab"]).absolute()
    python = folder / ".venv" / "bin" / "python"
    try:
        with zipfile.ZipFile(bundle) as archive, tempfile.TemporaryDirectory() as found:
            install(unpacked(archive, Path(found)), python)
    except (OSError, ValueError, KeyError, StopIteration, zipfile.BadZipFile) as error:
        fail(str(error), "copy the bundle anew: it is damaged, or not whole")
    os.environ.pop("SOCKETLAB_ROOT", None)
    command = [str(python), "-P", "-m", "lab", "install", str(bundle), "--into", str(folder)]
    os.execv(python, command)  # noqa: S606


def unpacked(archive: zipfile.ZipFile, folder: Path) -> list[Path]:
    """Write the wheels into a folder, each with the digest that it must have; return them."""
    paths = []
    for name, digest in json.loads(archive.read("bundle.json"))["files"].items():
        if name.startswith("wheels/"):
            content = archive.read(name)
            if hashlib.sha256(content).hexdigest() != digest:
                raise ValueError(f"{name} is not what was packed")
            paths.append(folder / Path(name).name)
            paths[-1].write_bytes(content)
    return paths


def install(wheels: list[Path], python: Path) -> None:
    """Install the lab, and all that it needs, from wheels into the environment of ``python``."""
    environment = python.parent.parent
    sys.stderr.write(f"lab: installing the lab into {environment}\n")
    if not python.exists():
        # Debian's Python has pip only in a package of its own: the bundle has pip, too.
        run([sys.executable, "-m", "venv", "--without-pip", str(environment)])
    pip = next(each for each in wheels if each.name.startswith("pip-"))
    own = next(each for each in wheels if each.name.startswith("socketlab-"))
    quiet = ["-q", "--no-index", "--disable-pip-version-check", "--no-cache-dir"]
    # The same version may be of another day: so the lab's own wheel always goes in.
    words = ["--find-links", str(own.parent), "--force-reinstall", str(own)]
    run([str(python), str(pip / "pip"), "install", *quiet, *words])


def run(command: list[str]) -> None:
    """Run a command, or end with the last that it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").strip().splitlines()
        fail("\n".join(said[-4:]), "another version of Python, 3.11 to 3.14: python3.12 BUNDLE")


def fail(seen: str, advice: str) -> None:
    """End with an error on one screen."""
    sys.stderr.write(f"lab: installing the lab: {seen}\nTry: {advice}\n")
    sys.exit(3)


if __name__ == "__main__":
    main()
