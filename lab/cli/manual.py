"""The manual page lab(1), made of what the commands say of themselves (man(7) has the macros)."""

from __future__ import annotations

from collections.abc import Iterator

import click

from lab.cli import COMMANDS, STATUSES, lab


def manual() -> str:
    """Return the manual page as roff."""
    context = click.Context(lab, info_name="lab")
    return "\n".join([*_head(), *_commands(context), *_foot()]) + "\n"


def _head() -> Iterator[str]:
    yield '.TH LAB 1 "" "Socket Lab"'
    yield from (".SH NAME", "lab \\- run socket programs on hosts of their own")
    yield from (".SH SYNOPSIS", ".B lab", ".I COMMAND", "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]")
    yield from (".SH DESCRIPTION", _roff(lab.help or ""))
    yield ".SH COMMANDS"


def _commands(context: click.Context) -> Iterator[str]:
    for name in sorted(COMMANDS):
        command = lab.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, parent=context, info_name=name)
        usage = " ".join(command.collect_usage_pieces(inner))
        yield from (f".SS lab {_roff(name)} {_roff(usage)}", *_paragraphs(command.help or ""))
        for parameter in command.params:
            record = parameter.get_help_record(inner)
            if record and record[1]:
                yield from (".TP", f".B {_roff(record[0])}", _roff(record[1]))


def _foot() -> Iterator[str]:
    yield ".SH EXIT STATUS"
    yield from _paragraphs(STATUSES)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield from (".PP", _roff(" ".join(paragraph.split())))


def _roff(text: str) -> str:
    """Return a text in which nothing is taken for a macro, and each hyphen can be searched for."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
