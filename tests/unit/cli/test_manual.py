"""The manual page says what the commands say of themselves."""

from __future__ import annotations

import click
from places import ROOT

from lab.cli import COMMANDS, lab
from lab.cli.manual import manual

KEPT = ROOT / "docs" / "lab.1"


def test_the_page_that_is_kept_is_up_to_date() -> None:
    assert KEPT.read_text(encoding="utf-8") == manual(), "write it anew: tools/manual"


def test_the_page_has_every_command_with_every_option_that_is_shown() -> None:
    text = manual().replace("\\-", "-")
    for name in COMMANDS:
        assert f".SS lab {name}" in text
        command = lab.get_command(click.Context(lab), name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.opts[0] in text, (name, parameter.opts)


def test_no_line_of_a_text_is_taken_for_a_macro() -> None:
    macros = {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I"}
    lines = [line for line in manual().splitlines() if line.startswith((".", "'"))]
    assert {line.split()[0] for line in lines} <= macros
