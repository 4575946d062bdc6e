"""A stock Debian kernel, and a small file system to boot it with, kept for the next time.

All of it comes as packages from where this machine's own apt has them; none is installed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import archive

META = "linux-image-cloud-amd64"
"""The package that names the present kernel's."""

WANTED = (
    "python3",
    "iproute2",
    "iptables",
    "kmod",
    "iputils-ping",
    "busybox-static",
    "dash",
    "ethtool",
)

NOT_NEEDED = re.compile(
    r"(cdebconf|debconf|dpkg|install-info|libdebian-installer4|libnewt0.52|libslang2|tar|perl.*"
    r"|libperl.*|libtextwrap1|mailcap|mime-support|libgdbm.*|adduser|passwd)$"
)
"""Packages that others depend on for their own installing, which does not happen."""

MODULES = (
    "net",
    "lib",
    "crypto",
    "drivers/net/veth.ko",
    "drivers/net/dummy.ko",
    "drivers/net/ifb.ko",
)
LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/bash-completion")
LOADER = "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
LIBRARIES = ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu")


class Unavailable(Exception):
    """What is needed cannot be had here; the text says what, and what to do about it."""


class Parts:
    """The kernel and the first part of its file system, in a folder of the cache."""

    def __init__(self, cache: Path) -> None:
        recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
        self.folder = cache / f"netem-{recipe}"
        self.kernel = self.folder / "vmlinuz"
        self.files = self.folder / "root.cpio"
        self.root = self.folder / "root"
        self._stamp = self.folder / "complete"

    @property
    def are_there(self) -> bool:
        """Whether an earlier run has made them."""
        return self._stamp.exists()

    @property
    def release(self) -> str:
        """What the kernel calls itself."""
        return self._stamp.read_text()

    def make(self) -> None:
        """Fetch the packages and put them together; raises Unavailable."""
        for older in self.folder.parent.glob("netem-*"):
            shutil.rmtree(older, ignore_errors=True)
        self.root.mkdir(parents=True)
        image = next(iter(_depends(META, "--important")), None)
        if image is None:
            raise Unavailable(f"this distribution has no {META}: it takes a Debian")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _fetch([image, *_with_needs(WANTED)], folder)
            for package in sorted(folder.glob("*.deb")):
                whole = package.name.startswith("linux-image")
                _run("dpkg-deb", "-x", str(package), name + "/kernel" if whole else str(self.root))
            release = self._take_kernel(folder / "kernel")
        for each in LEFT_OUT:
            shutil.rmtree(self.root / each, ignore_errors=True)
        self._finish(release)
        archive.write(self.root, self.files)
        self._stamp.write_text(release)

    def compile(self, *folders: Path) -> None:
        """Compile Python's files with the Python that will read them: emulated, that takes long."""
        (python,) = (self.root / "usr/bin").glob("python3.?*[0-9]")
        how = ("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash")
        self._run(f"usr/bin/{python.name}", "python3", *how, *map(str, folders))

    def _run(self, program: str, name: str, *words: str) -> None:
        """Run a program of the file system here, with the libraries that belong to it."""
        root = self.root
        libraries = ":".join(str(root / each) for each in LIBRARIES)
        loader = [str(root / LOADER), "--library-path", libraries]
        _run(
            *loader,
            *("--argv0", name, str(root / program), *words),
            PYTHONHOME=str(root / "usr"),
        )

    def _take_kernel(self, unpacked: Path) -> str:
        (image,) = (unpacked / "boot").glob("vmlinuz-*")
        image.rename(self.kernel)
        release = image.name.partition("-")[2]
        modules = Path("lib/modules") / release
        for each in MODULES:
            source, target = (top / modules / "kernel" / each for top in (unpacked, self.root))
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.exists():
                shutil.move(source, target)
        for each in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
            shutil.copy(unpacked / modules / each, self.root / modules / each)
        return release

    def _finish(self, release: str) -> None:
        """Do what installing the packages would have done, as far as it is needed."""
        root = self.root
        for tool in ("iptables", "ip6tables"):
            for name in (tool, f"{tool}-save", f"{tool}-restore"):
                (root / "usr/sbin" / name).symlink_to("xtables-nft-multi")
        for name in ("proc", "sys", "dev", "run", "tmp", "etc"):
            (root / name).mkdir(exist_ok=True)
        (root / "bin/sh").unlink(missing_ok=True)
        (root / "bin/sh").symlink_to("dash")
        self._run("bin/kmod", "depmod", "-b", str(root), release)
        self.compile(root / "usr/lib")


def _depends(package: str, *more: str) -> list[str]:
    told = _run("apt-cache", "depends", *more, package)
    return re.findall(r"^ +Depends: ([\w.+-]+)", told, re.MULTILINE)


def _with_needs(packages: Iterable[str]) -> list[str]:
    kinds = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
    no = [f"--no-{kind}" for kind in kinds]
    told = _run("apt-cache", "depends", "--recurse", *no, *packages)
    found = {line for line in told.splitlines() if line[:1] not in (" ", "<", "")}
    return sorted(name for name in found if not NOT_NEEDED.match(name))


def _fetch(packages: list[str], folder: Path) -> None:
    words = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *packages]
    _run(*words, cwd=folder)


def _run(*words: str, cwd: Path | None = None, **more: str) -> str:
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **more},
        )
    except FileNotFoundError:
        raise Unavailable(f"there is no {words[0]} here: it takes a Debian, or the like") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"{' '.join(words[:4])} … failed: {said[-1] if said else 'silently'}")
    return done.stdout
