"""The command that lets a shell complete commands, scenarios and hosts."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

VARIABLE = "_LAB_COMPLETE"
"""The environment variable in which a shell asks for completions."""

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion_command(shell: str) -> None:
    """Print what makes SHELL complete commands, scenarios and hosts.

    For bash: eval "$(lab completion bash)"
    """
    context = click.get_current_context()
    program = context.find_root().command
    completer = get_completion_class(shell)
    if completer is not None:
        click.echo(completer(program, {}, "lab", VARIABLE).source())
