"""What ping prints (ping(8) of iputils): each reply, and the summary."""

from __future__ import annotations

from dataclasses import dataclass

from lab.errors import NotObserved
from lab.observation.transcript import Transcript

REPLY = r"bytes from (?:.* \()?([\da-f.:]+?)(?:%\w+)?\)?: icmp_seq=(\d+) ttl=(\d+) time=([\d.]+) ms"
SUMMARY = r"(\d+) packets transmitted, (\d+) received,.* ([\d.]+)% packet loss"


@dataclass(frozen=True)
class Reply:
    """One reply: who sent it, its number, the hops that it had left, the time in milliseconds."""

    sender: str
    sequence: int
    ttl: int
    milliseconds: float


@dataclass(frozen=True)
class Ping:
    """What one ping printed: the replies, how many requests it sent, and how many came back.

    ``loss`` is the share of requests without a reply, in percent.
    """

    replies: tuple[Reply, ...]
    transmitted: int
    received: int
    loss: float


def ping(transcript: Transcript) -> Ping:
    """Read what ping printed; raises NotObserved where it printed no summary."""
    summary = transcript.findall(SUMMARY)
    if len(summary) != 1:
        raise NotObserved(f"{transcript.program} on {transcript.host} printed no summary of a ping")
    transmitted, received, loss = summary[0]
    replies = tuple(
        Reply(sender, int(sequence), int(ttl), float(time))
        for sender, sequence, ttl, time in transcript.findall(REPLY)
    )
    return Ping(replies, int(transmitted), int(received), float(loss))
