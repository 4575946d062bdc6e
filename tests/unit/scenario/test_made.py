"""What runs a file is told by its first bytes and its ending; without either it is Python's."""

from __future__ import annotations

import pytest

from lab import Family, Program
from lab.errors import UsageError
from lab.scenario.made import making


@pytest.mark.parametrize(
    ("name", "text", "words", "compiler", "runtime"),
    [
        ("a.sh", b"", ["sh", "a.sh"], "", ""),
        ("b.sh", b"#!/bin/bash\n", ["bash", "b.sh"], "", ""),
        ("c", b"#!/usr/bin/env perl\n", ["perl", "c"], "", ""),
        ("d.py", b"#!/usr/bin/env python3\n", ["python3", "-u", "d.py"], "", ""),
        ("-c.py", b"", ["python3", "-u", "./-c.py"], "", ""),
        ("e.js", b"", ["node", "e.js"], "", "node"),
        ("f", b"#!/usr/bin/env node\n", ["node", "f"], "", "node"),
        ("Quiz.java", b"", ["java", "-XX:TieredStopAtLevel=1", "-jar", "Quiz.jar"], "java", "java"),
    ],
)
def test_a_file_is_run_by_what_its_first_line_or_its_ending_names(
    name: str, text: bytes, words: list[str], compiler: str, runtime: str
) -> None:
    how = making(name, text)
    assert (how.words, how.compiler, how.runtime) == (words, compiler, runtime)
    argv = Program(name, "x").argv({}, Family.IPV4, how.words)
    assert argv == [*words, "x"]


@pytest.mark.parametrize(("name", "made"), [("binary", "binary"), ("server.c", "server.out")])
def test_a_binary_is_run_where_files_may_be_executed(name: str, made: str) -> None:
    how = making(name, b"\x7fELF" if name == "binary" else b"")
    assert (how.words[:2], how.words[3]) == (["sh", "-c"], made)


def test_a_language_that_no_host_has_is_said() -> None:
    with pytest.raises(UsageError, match="no host has"):
        making("g.rb", b"")
