"""The command that begins a scenario."""

from __future__ import annotations

import click

from lab.clone import here
from lab.errors import UsageError
from lab.scenario.catalogue import folders
from lab.scenario.template import new_scenario, ports_in


@click.command("new")
@click.argument("name")
def new_command(name: str) -> None:
    """Begin a scenario in the folder scenarios/NAME.

    It is the echo server of docs/writing-a-scenario.md: change it into your own.
    """
    clone = here()
    scenarios = clone.scenarios
    used = ports_in(
        [
            path.read_text(encoding="utf-8", errors="replace")
            for folder in folders(scenarios)
            for path in folder.glob("*.py")
        ]
    )
    files = new_scenario(name, used)
    folder = scenarios / name
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise UsageError(
            f"making scenario {name}", f"{folder} is there already", f"lab run {name}"
        ) from None
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    click.echo(f"Made {folder}: {', '.join(files)}")
    guide = "docs/writing-a-scenario.md"
    more = f", then {guide}" if (clone.root / guide).is_file() else ""
    click.echo(f"Try: lab run {name} --story, then lab prove {name}{more}")
