"""Words that people try: aliases work, and every other word gets advice that can be followed."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from lab.cli import COMMANDS, lab
from lab.cli.words import ALIASES, FOREIGN, advice


@pytest.mark.parametrize("word", ALIASES)
def test_a_word_of_another_tool_is_understood_as_the_command(word: str) -> None:
    of_word, of_command = (
        CliRunner().invoke(lab, [name, "--help"]).output.split("\n", 1)[1]
        for name in (word, ALIASES[word])
    )
    assert of_word == of_command


def test_no_alias_and_no_foreign_word_is_a_command_itself() -> None:
    assert not {*ALIASES, *FOREIGN} & {*COMMANDS}
    assert not {*ALIASES} & {*FOREIGN}


@pytest.mark.parametrize("told", FOREIGN.values())
def test_what_a_foreign_word_is_told_to_try_is_a_command(told: str) -> None:
    word = re.match(r"lab ([\w-]+)", told)
    assert word
    assert word[1] in {*COMMANDS, "--help", "--version"}


def test_a_mistyped_word_is_told_the_nearest_commands() -> None:
    assert advice("rnu", COMMANDS) == "lab run"
    assert "lab status" in advice("statsu", COMMANDS)
    assert advice("tcpdmp", COMMANDS) == "lab capture HOST"
    assert advice("xyzzy", COMMANDS) == "lab --help"


def test_the_help_names_each_alias_beside_its_command() -> None:
    said = CliRunner().invoke(lab, ["--help"]).output
    for word, command in ALIASES.items():
        assert f"{word} ({command})" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_a_name_of_a_scenario_or_a_host_can_be_completed(name: str) -> None:
    command = lab.get_command(click.Context(lab), name)
    assert command is not None
    for each in command.params:
        if isinstance(each, click.Argument) and each.name in {"names", "hosts", "host", "what"}:
            completer = vars(each)["_custom_shell_complete"]
            assert completer is not None, f"lab {name} completes no {each.name}"
