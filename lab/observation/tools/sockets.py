"""What ss(8) and netstat(8) print: a host's sockets."""

from __future__ import annotations

from lab.observation.transcript import Transcript
from lab.wire.sockets.parse import SocketEntry, parse_netstat, parse_ss


def ss(transcript: Transcript) -> tuple[SocketEntry, ...]:
    """Read the sockets that ``ss -tan`` or the like printed; other lines are passed over."""
    return parse_ss("\n".join(transcript.stdout))


def netstat(transcript: Transcript) -> tuple[SocketEntry, ...]:
    """Read the sockets that ``netstat -tan`` or the like printed; others are passed over."""
    return parse_netstat("\n".join(transcript.stdout))
