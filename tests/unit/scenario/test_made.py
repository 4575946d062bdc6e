"""What runs a file is told by its first bytes and its ending; without either it is Python's."""

from __future__ import annotations

import pytest

from lab import Family, Program
from lab.errors import UsageError
from lab.scenario.made import making, opens_windows


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


@pytest.mark.parametrize(
    ("source", "opens"),
    [
        (b"import tkinter as tk", True),
        (b"import socket, tkinter\n", True),
        (b"import socket\nfrom tkinter import *\n", True),
        (b"try:\n    import tkinter\nexcept ImportError:\n    pass", True),
        (b"import turtle", True),
        (b"# import tkinter", False),
        (b"import tkinterless", False),
        (b"print('import tkinter')", False),
    ],
)
def test_a_program_opens_windows_where_one_of_its_modules_imports_tkinter(
    source: bytes, opens: bool
) -> None:
    assert opens_windows({"client.py": b"import view", "view.py": source}) == opens
    assert not opens_windows({"view.txt": source})
