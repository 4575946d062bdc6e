"""Programs at a terminal, each in a pane of its own: what it prints, and what is typed into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prompt_toolkit.application import Application
from prompt_toolkit.filters import has_focus
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import DynamicContainer, HSplit, Layout, VSplit, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.widgets import TextArea

from lab.observation.transcript import Transcript
from lab.runner.stage_program import StageProgram
from lab.wire.text import harmless

LOOKS_APART = 0.1
"""Seconds between two looks at what programs have printed."""

MOST = 500
"""Rows of a pane that are kept on the screen."""

STYLES = {"stdout": "", "stderr": "ansired", "stdin": "bold"}


def rows(transcript: Transcript, unfinished: str = "") -> Sequence[tuple[str, str]]:
    """Return what a pane shows, row by row: the stream and the text, in the order of time.

    ``unfinished`` is what the program has printed without an end of line so far.
    """
    said = [
        (time_ns, line.stream, text)
        for line in (*transcript.lines, *transcript.typed)
        for time_ns, text in line.pieces
        if text or len(line.pieces) == 1
    ]
    found: list[tuple[str, str]] = [
        (stream, text) for _, stream, text in sorted(said, key=lambda each: each[0])
    ]
    found += [("stdout", unfinished)] if unfinished else []
    shown = [(stream, f"{'⌨ ' if stream == 'stdin' else ''}{harmless(t)}") for stream, t in found]
    return shown[-MOST:]


class Pane:
    """One program: its title, what it has printed, and a line to type on."""

    def __init__(self, program: StageProgram) -> None:
        self._program = program
        self._typed = TextArea(height=1, multiline=False, prompt="⌨ ", accept_handler=self._enter)
        said = FormattedTextControl(self._said, show_cursor=False)
        self.window = self._typed.window
        self.keys = KeyBindings()
        self.keys.add("c-d", filter=has_focus(self._typed))(self._end)
        self.container = HSplit(
            [
                Window(FormattedTextControl(self._title), height=1, style="reverse"),
                Window(said, wrap_lines=True, height=Dimension(weight=1)),
                self._typed,
            ],
            key_bindings=self.keys,
        )

    def _title(self) -> str:
        program = self._program
        ended = "  (has ended)" if program.has_ended else ""
        return f" {program.running.host}: {program.program.name}{ended}"

    def _said(self) -> StyleAndTextTuples:
        program = self._program
        unfinished = "" if program.has_ended else program.running.unfinished()
        found: StyleAndTextTuples = []
        for stream, text in rows(program.running.transcript(), unfinished):
            found += [("", "\n")] if found else []
            found.append((STYLES[stream], text))
        return [*found, ("[SetCursorPosition]", "")]

    def _enter(self, buffer: object) -> bool:
        if not self._program.has_ended:
            self._program.write(f"{self._typed.text}\n")
        return False

    def _end(self, _: KeyPressEvent) -> None:
        if not self._program.has_ended and not self._typed.text:
            self._program.write("", end=True)


class Panes:
    """The whole screen: panes side by side, which become more as programs are started."""

    def __init__(self, played: Sequence[StageProgram], is_over: Callable[[], bool]) -> None:
        self._played, self._is_over = played, is_over
        self._panes: list[Pane] = []
        keys = KeyBindings()
        for key in ("c-q", "c-c"):
            keys.add(key)(self._leave)
        keys.add("tab")(lambda event: self._next(event, 1))
        keys.add("s-tab")(lambda event: self._next(event, -1))
        self._hint = Window(FormattedTextControl(self._help), height=1, style="reverse")
        self._app: Application[None] = Application(
            Layout(DynamicContainer(self._whole)),
            key_bindings=keys,
            full_screen=True,
            refresh_interval=LOOKS_APART,
            before_render=self._look,
        )

    def run(self) -> None:
        """Show them until she leaves, or nothing is left to see."""
        self._app.run()

    def _whole(self) -> HSplit:
        side_by_side = VSplit([each.container for each in self._panes], padding=1, padding_char="│")
        return HSplit([side_by_side if self._panes else Window(), self._hint])

    def _look(self, app: Application[None]) -> None:
        """Give each program that has been started since a pane; the newest gets the keys."""
        new = list(self._played)[len(self._panes) :]
        self._panes += [Pane(each) for each in new]
        if new:
            app.layout.update_parents_relations()
            app.layout.focus(self._panes[-1].window)
        if self._is_over() and not app.is_done:
            app.exit()

    def _leave(self, event: KeyPressEvent) -> None:
        if not event.app.is_done:
            event.app.exit()

    def _help(self) -> str:
        clients = [each for each in list(self._played) if not each.program.is_server]
        over = clients and all(each.has_ended for each in clients)
        what = "The clients have ended. " if over else ""
        return f" {what}Enter types · Tab: next pane · Ctrl-D: end of input · Ctrl-Q: the story"

    def _next(self, event: KeyPressEvent, by: int) -> None:
        if self._panes:
            at = [event.app.layout.has_focus(each.window) for each in self._panes]
            here = at.index(True) if True in at else 0
            event.app.layout.focus(self._panes[(here + by) % len(at)].window)


def meet(played: Sequence[StageProgram], is_over: Callable[[], bool]) -> None:
    """Have a person meet programs at this terminal, as lab.runner.by_hand.Meet."""
    Panes(played, is_over).run()
