"""What was seen at one host: its programs' transcripts, its captures, its sockets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab.errors import NotObserved
from lab.observation.calls.call import Call
from lab.observation.own_call import OwnCall
from lab.observation.transcript import Transcript
from lab.wire.address import Family, Link, Service
from lab.wire.conversation import Conversation
from lab.wire.pcap import Capture
from lab.wire.question import question
from lab.wire.sockets.parse import SocketEntry
from lab.wire.sockets.table import Sample


@dataclass(frozen=True)
class HostObservation:
    """What was seen at one host: its programs' transcripts, its captures, its sockets' samples.

    ``addresses`` maps each IP version to the host's address on its first network, where
    ``capture`` was made. ``links`` are all its ends on networks, and ``captures`` what was seen at
    each, by the network's name. ``family`` is the IP version of the run. ``own_calls`` are the
    first calls of its programs to this same host, which cross no network. ``tls_keys`` are the
    secrets of its programs' TLS connections (:mod:`lab.wire.tls.key_log`).
    """

    name: str
    addresses: Mapping[Family, str]
    transcripts: tuple[Transcript, ...] = ()
    capture: Capture | None = None
    samples: tuple[Sample, ...] = ()
    links: tuple[Link, ...] = ()
    captures: Mapping[str, Capture] = field(default_factory=dict)
    family: Family = Family.IPV4
    own_calls: tuple[OwnCall, ...] = ()
    tls_keys: str = ""

    @property
    def address(self) -> str:
        """Its address in the IP version of the run, on its first network."""
        return self.addresses[self.family]

    def address_on(self, network: str) -> str:
        """Return its address on a network, in the IP version of the run."""
        return self._link(network).addresses[self.family]

    def mac_on(self, network: str) -> str:
        """Return the hardware address of its card on a network."""
        return self._link(network).mac

    @property
    def further(self) -> dict[str, Capture]:
        """The captures at its other networks than the first, by the network's name."""
        first = self.links[0].network if self.links else None
        return {name: capture for name, capture in self.captures.items() if name != first}

    @property
    def taps(self) -> dict[str, Capture]:
        """All its captures by name: the first is called as the host is, ``router-far`` another."""
        first = {self.name: self.capture} if self.capture is not None else {}
        return first | {f"{self.name}-{name}": each for name, each in self.further.items()}

    @property
    @question("socket", "of {self.name}")
    def sockets(self) -> list[SocketEntry]:
        """Its sockets, each once for every state and queue that the samples showed it in."""
        return [entry for sample in self.samples for entry in sample.entries]

    @property
    @question("line", "printed by {self.name}")
    def stdout(self) -> list[str]:
        """The lines its programs printed on standard output, program after program."""
        return [line for transcript in self.transcripts for line in transcript.stdout]

    @property
    @question("line", "printed to stderr by {self.name}")
    def stderr(self) -> list[str]:
        """The lines its programs printed on standard error, program after program."""
        return [line for transcript in self.transcripts for line in transcript.stderr]

    @question("line", lambda self, pattern: f"of {self.name} with {pattern!r}")
    def findall(self, pattern: str) -> list[tuple[str, ...]]:
        """Return what :meth:`Transcript.findall` finds, program after program."""
        return [groups for each in self.transcripts for groups in each.findall(pattern)]

    @question("call", lambda self, *names, of=None: f"{' or '.join(names)} of {self.name}".strip())
    def calls(self, *names: str, of: Service | Conversation | None = None) -> list[Call]:
        """Return what :meth:`Transcript.calls` does, program after program.

        Programs that the scenario has run untraced, as commands, are passed over.
        """
        told = self._to_be_traced or self.transcripts
        return [call for each in told for call in each.calls(*names, of=of)]

    @property
    def has_calls(self) -> bool:
        """Whether the scenario has the calls of any of its programs traced."""
        return bool(self._to_be_traced)

    @property
    def _to_be_traced(self) -> list[Transcript]:
        return [each for each in self.transcripts if each.traced or each.untraced]

    @property
    @question()
    def exit_status(self) -> int | None:
        """The exit status of its last program; None if none ended by itself."""
        return self.transcripts[-1].exit_status if self.transcripts else None

    @property
    @question()
    def error(self) -> str | None:
        """The last exception that a program of this host died of, as Python prints it."""
        return next((t.error for t in reversed(self.transcripts) if t.error), None)

    @question()
    def __getitem__(self, program: str) -> Transcript:
        """Return the transcript of the program of that name (the last, if it ran repeatedly).

        The name that the scenario gave comes before the name of a file or command.
        """
        named = [each for each in self.transcripts if each.name == program]
        found = named or [each for each in self.transcripts if each.program == program]
        if found:
            return found[-1]
        ran = ", ".join(each.name or each.program for each in self.transcripts) or "nothing"
        raise NotObserved(f"{program} did not run on {self.name}; {ran} did")

    def _link(self, network: str) -> Link:
        for link in self.links:
            if link.network == network:
                return link
        known = ", ".join(link.network for link in self.links) or "no network at all"
        raise NotObserved(f"host {self.name} is not on {network!r}, but on {known}")
