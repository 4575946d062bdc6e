"""Programs of other languages than Python: compiled, and their hosts given what runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.errors import CouldNotJudge
from lab.hosts.docker.workshop import Workshop
from lab.hosts.running_lab import RunningLab
from lab.scenario.files import Files
from lab.scenario.made import making, opens_windows, sources_of
from lab.scenario.program import Program
from lab.scenario.scenario import Scenario

COMPLAINT = ("sh", "-c", 'printf "%s\\n" "$0" >&2; exit 1')
"""Says what the compiler said, as a program that fails."""


SCREEN = "screen"
"""The image that has what a host needs for a program's windows."""


@dataclass(frozen=True)
class Made:
    """What a host gets of a program, as ``files``, and the ``words`` that run it.

    ``sources`` is what the host gets, before it is compiled. ``windows`` says whether it opens
    windows, so that it needs a screen, which its host then can have.
    """

    files: Mapping[str, bytes]
    words: tuple[str, ...]
    sources: Mapping[str, bytes]
    windows: bool = False


NOTHING = Made({}, (), {})
"""What a command is made of."""


class Maker:
    """Makes the programs of one run's hosts, each once."""

    def __init__(self, network: RunningLab) -> None:
        self._network = network
        self._made: dict[tuple[str, str], Made] = {}

    def prepare(self, scenario: Scenario, files: Mapping[str, Files]) -> None:
        """Make all programs that a scenario names, of the ``files`` that their hosts may have.

        Raises UsageError with what a compiler says.
        """
        for host, programs in scenario.programs.items():
            for program in programs:
                self.made(host, program, files[host], scenario.files.get(host, ()))

    def made(self, host: str, program: Program, files: Files, named: tuple[str, ...] = ()) -> Made:
        """Return what a host gets of a program, after it has got what runs that.

        ``named`` are the other files that the host has. Raises UsageError with what the compiler
        says, and for a language that no host has.
        """
        if program.is_command:
            return NOTHING
        if (host, program.file) not in self._made:
            self._made[host, program.file] = self._make(host, program, files, named)
        return self._made[host, program.file]

    def _make(self, host: str, program: Program, files: Files, named: tuple[str, ...]) -> Made:
        own = files.of_program(program.file)
        how = making(program.file, own[program.file])
        words = tuple(how.words)
        windows = how.is_python and opens_windows(own)
        windows = windows if program.screen is None else program.screen
        if windows:
            self._workshop(program).bring(SCREEN, self._network.identity(host))
        if how.language is None:
            return Made(own, words, own, windows)
        own = {**files.beside(program.file, how.language.beside), **own}
        shop = self._workshop(program)
        if how.runtime:
            shop.bring(how.runtime, self._network.identity(host))
        if not how.compiler:
            return Made(own, words, own, windows)
        texts = {**files.named(named), **own}
        parts = sources_of(program.file, texts)
        made = {how.file: shop.compiled(how.compiler, texts, parts)}
        return Made(made, words, own, windows)

    def _workshop(self, program: Program) -> Workshop:
        if shop := self._network.workshop:
            return shop
        attempted = f"making a program of {program.file}"
        raise CouldNotJudge(attempted, "this lab was opened without a workshop", "lab run")
