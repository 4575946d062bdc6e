"""The command that tells captures of others as a story; it needs no engine."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import click

from lab.cli.options import color_option
from lab.cli.output import color as colored
from lab.cli.output import width
from lab.errors import UsageError
from lab.observation import store
from lab.observation.foreign import foreign
from lab.observation.run import Run
from lab.story.page.lesson import Lesson
from lab.story.page.render import render_page
from lab.story.terminal.render import render_text
from lab.story.timeline.timeline import Timeline
from lab.wire.capture_file import CaptureFile, read_file

MOST_PACKETS = 20_000


@click.command("read")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="Call the host with this address so; may be repeated.",
)
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page into FILE.",
)
@click.option("--all", "everything", is_flag=True, help="With nothing left out.")
@click.option("--acks", is_flag=True, help="With packets that only acknowledge data.")
@click.option(
    "--most",
    type=click.IntRange(1),
    default=MOST_PACKETS,
    show_default=True,
    metavar="N",
    help="Read so many packets of each file.",
)
@color_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def read_command(
    files: tuple[Path, ...],
    hosts: tuple[str, ...],
    page: Path | None,
    everything: bool,
    acks: bool,
    most: int,
    color: str,
) -> None:
    """Tell captures of any origin as a story, and as a page.

    FILES are pcap or pcapng, of Ethernet, Linux cooked, loopback or raw IP. Several are told
    together: client.pcap is what the host saw that --host calls client.
    """
    named = dict(map(_host, hosts))
    read: dict[str, CaptureFile] = {}
    for path in files:
        read[path.name if path.name not in read else str(path)] = read_file(path, most=most)
    timeline = Timeline.of(Run.of(foreign(read, named)), everything=everything, acks=acks)
    click.echo(render_text(timeline, width=width(), color=colored(color)), nl=False)
    if page is not None:
        store.put(page, render_page(timeline, Lesson()))
        click.echo(page)


def _host(given: str) -> tuple[str, str]:
    """Return the address and the name of NAME=ADDRESS; raises UsageError."""
    name, _, address = given.partition("=")
    try:
        if not name.isprintable() or not name.strip():
            raise ValueError("there is no name")
        return str(ip_address(address)), name.strip()
    except ValueError as error:
        raise UsageError(
            f"reading --host {given}", str(error), "--host client=192.168.1.10"
        ) from None
