"""Languages beside Python: what makes a program of a source, what runs it, and what it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Language:
    """How sources with these ``endings`` become a program that a host can run.

    ``compiler`` is the image that makes a file of them, which ends in ``made``. ``runtime`` is the
    image that has what runs on the host; ``interpreter`` are its words. A source takes files with
    the endings ``beside`` from its folder. Where sources are compiled as a ``whole``, one of them
    matches ``main``. The patterns in ``reads`` find a client that reads one argument, or two.
    """

    endings: tuple[str, ...]
    beside: tuple[str, ...]
    reads: tuple[str, str]
    compiler: str = ""
    made: str = ".out"
    main: str = ""
    whole: str = ""
    runtime: str = ""
    interpreter: str = ""

    def sources(self, file: str, texts: dict[str, bytes]) -> list[str]:
        """Return which of these texts, by name, the compiler is given for a program's file.

        A file stands for itself. A folder with one main function is compiled whole.
        """
        if not self.whole:
            return [file]
        together = [
            name
            for name in sorted(texts)
            if PurePosixPath(name).suffix in self.endings and self._belongs(name, file)
        ]
        mains = [name for name in together if re.search(self.main.encode(), texts[name])]
        return together if mains == [file] else [file]

    def _belongs(self, name: str, file: str) -> bool:
        """Whether a source may be a part of a file's program: in Go, one package is one folder."""
        if self.whole == "folders":
            return True
        is_beside = PurePosixPath(name).parent == PurePosixPath(file).parent
        return is_beside and not PurePosixPath(name).stem.endswith("_test")


ARGUMENTS = (r"\bargv\b|argparse|\$1|@ARGV|\bclick\b", r"argv\[2\]|\$2|ARGV\[1\]")
"""What Python, C, shells and Perl read one argument with, and two."""

LANGUAGES = (
    Language(
        (".c", ".cc", ".cpp", ".cxx"),
        (".h", ".hpp"),
        ARGUMENTS,
        compiler="gcc",
        main=r"\bmain\s*\(",
        whole="folders",
    ),
    Language(
        (".go",),
        (),
        (r"\bos\.Args\[1\]|\bflag\.", r"\bos\.Args\[2\]"),
        compiler="go",
        main=r"\bfunc main\(",
        whole="folder",
    ),
    Language(
        (".rs",),
        (".rs",),
        (r"\benv::args\b", r"\.nth\(2\)|\bargs\[2\]"),
        compiler="rust",
    ),
    Language(
        (".java",),
        (".java",),
        (r"\barg[sv]\[0\]", r"\barg[sv]\[1\]"),
        compiler="java",
        made=".jar",
        runtime="java",
        # The quicker compiler is enough for a program that waits for packets.
        interpreter="java -XX:TieredStopAtLevel=1 -jar",
    ),
    Language(
        (".js", ".mjs", ".cjs"),
        (".js", ".mjs", ".cjs", ".json"),
        (
            r"\bprocess\.argv\b",
            r"\bargv\[3\]|\[\s*\w+\s*,\s*\w+[^\]\n]*\]\s*=\s*process\.argv\.slice",
        ),
        runtime="node",
        interpreter="node",
    ),
)

MISSING = (".ts", ".rb", ".php", ".lua", ".kt", ".cs", ".swift")
"""Endings of languages that no host has."""

SCRIPTS = {".sh": "sh", ".bash": "bash", ".pl": "perl"}
"""What runs a script that every host can run, by its ending."""


def language_of(file: str, head: bytes = b"") -> Language | None:
    """Return the language of a file by its ending, or by its first line; None for all others."""
    if re.match(rb"#! *\S*(?:/env +(?:-S +)?|/)node(?:js)?\b", head):
        return language_of("a.js")
    suffix = PurePosixPath(file).suffix
    return next((each for each in LANGUAGES if suffix in each.endings), None)
