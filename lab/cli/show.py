"""Commands that show a run that was made: its page in a browser, its story as text or picture."""

from __future__ import annotations

import subprocess
import webbrowser
from pathlib import Path

import click

from lab.cli import wireshark
from lab.cli.options import color_option, family_options, scenario_names
from lab.cli.output import color as colored
from lab.cli.output import has_screen, width
from lab.clone import Clone, here, is_path
from lab.clone import of as clone_of
from lab.errors import UnknownName
from lab.observation import store
from lab.scenario import catalogue
from lab.story.mermaid import mermaid
from lab.story.page.ladder.picture import svg
from lab.story.pcapng import pcapng
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.suite import publish
from lab.wire.address import Family


@click.command("open")
@family_options("The run over")
@click.argument("name", required=False, shell_complete=scenario_names)
def open_command(name: str | None, family: str | None) -> None:
    """Open the page of a scenario's last run in a browser.

    Without NAME, open the index of all runs.
    """
    clone = clone_of([name]) if name else here()
    if name is None:
        path = publish.write_index(clone)
    else:
        folder = _folder(clone, name, family)
        path = folder / store.PAGE
        if not path.is_file():
            publish.Publisher(clone).write_page(store.load(folder))
    if not (has_screen() and webbrowser.open(path.resolve().as_uri())):
        click.echo("No browser can open here. The page is:", err=True)
    click.echo(path)


@click.command("wireshark")
@family_options("The run over")
@click.argument("name", shell_complete=scenario_names)
def wireshark_command(name: str, family: str | None) -> None:
    """Open a scenario's last run in Wireshark.

    All taps are in it, with the hosts' names, and the story in comments.
    """
    folder = _folder(clone_of([name]), name, family)
    path = folder / store.TAPS
    if not path.is_file():
        store.put(path, pcapng(Timeline.of(store.load(folder))))
    words = [*wireshark.program(f"tshark -N mn -r {path}"), "-r", str(path)]
    subprocess.Popen(words, start_new_session=True, stderr=subprocess.DEVNULL)
    click.echo(path)


@click.command("story")
@family_options("The run over")
@click.option("--text", "form", flag_value="text", default="text", help="As text (usual).")
@click.option("--mermaid", "form", flag_value="mermaid", help="As a Mermaid sequence diagram.")
@click.option(
    "--svg",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="As a picture, into FILE.",
)
@click.option("--all", "everything", is_flag=True, help="As text, with nothing left out.")
@click.option("--acks", is_flag=True, help="With packets that only acknowledge data.")
@click.option("--calls", "with_calls", is_flag=True, help="With the programs' system calls.")
@color_option
@click.argument("name", shell_complete=scenario_names)
def story_command(
    name: str,
    family: str | None,
    form: str,
    file: Path | None,
    everything: bool,
    acks: bool,
    with_calls: bool,
    color: str,
) -> None:
    """Print the story of a scenario's last run.

    The story is text, an SVG picture or a Mermaid diagram.
    """
    run = store.load(_folder(clone_of([name]), name, family))
    timeline = Timeline.of(run, everything=everything, with_calls=with_calls, acks=acks)
    if file is not None:
        file.write_text(svg(timeline), encoding="utf-8", errors="backslashreplace")
        click.echo(file)
    elif form == "mermaid":
        click.echo(mermaid(timeline), nl=False)
    else:
        click.echo(render_text(timeline, width=width(), color=colored(color)), nl=False)


def _folder(clone: Clone, name: str, family: str | None) -> Path:
    """Return the folder of a scenario's last run, over IPv4 if it ran over both versions."""
    wanted = [Family(family)] if family else list(Family)
    kept_as = catalogue.find(clone.scenarios, name).name if is_path(name) else name
    for each in wanted:
        folder = clone.results(kept_as, each.value)
        if (folder / store.RECORD).is_file():
            return folder
    catalogue.find(clone.scenarios, name)
    over = f" over {wanted[0].label}" if family else ""
    raise UnknownName(
        f"looking for a run of {name}{over}", "it has not been run here", f"lab run {name}"
    )
