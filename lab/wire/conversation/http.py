"""HTTP/1.1 requests and responses of one conversation (RFC 9112), read by h11."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from lab.errors import NotObserved
from lab.wire.packet import Packet
from lab.wire.question import found_once

if TYPE_CHECKING:
    import h11

LONGEST_HEAD = 1 << 20


class Headers(Mapping[str, str]):
    """The header fields of a message, in their order; a name matches in small or capital letters.

    Fields of one name are joined by ``", "`` (RFC 9110, 5.3).
    """

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self._fields = tuple(fields)

    def __getitem__(self, name: str) -> str:
        values = [value for known, value in self._fields if known.lower() == name.lower()]
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __iter__(self) -> Iterator[str]:
        first: dict[str, str] = {}
        for name, _ in self._fields:
            first.setdefault(name.lower(), name)
        return iter(first.values())

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self._fields})

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, kw_only=True)
class Message:
    """What requests and responses have in common.

    ``version`` is such as ``1.1``. ``body`` is the content, a chunked one put together.
    ``complete`` is False where the body ends before the head says that it does, or has not ended
    at all. ``packet`` holds the first byte of the message.
    """

    version: str
    headers: Headers
    body: bytes
    complete: bool
    packet: Packet = field(compare=False, repr=False)

    @property
    def time_ns(self) -> int:
        """When the first byte of the message crossed, in epoch nanoseconds."""
        return self.packet.time_ns


@dataclass(frozen=True, kw_only=True)
class Request(Message):
    """A request: ``method`` such as ``GET``, ``path`` as it stands in the request line."""

    method: str
    path: str

    @property
    def start_line(self) -> str:
        """The request line, such as ``GET / HTTP/1.1`` (RFC 9112, 3)."""
        return f"{self.method} {self.path} HTTP/{self.version}"


@dataclass(frozen=True, kw_only=True)
class Response(Message):
    """A response that is not interim (1xx): ``status`` such as 404, ``reason`` in words."""

    status: int
    reason: str

    @property
    def start_line(self) -> str:
        """The status line, such as ``HTTP/1.1 404 Not Found`` (RFC 9112, 4)."""
        return f"HTTP/{self.version} {self.status} {self.reason}"


class Direction(NamedTuple):
    """What one side sent: its bytes, whether it ended the stream, and the packet of each place.

    ``packets`` are pairs of an offset in ``data`` and the packet that brought the byte there.
    """

    data: bytes
    has_ended: bool
    packets: Sequence[tuple[int, Packet]]

    def packet_at(self, offset: int) -> Packet:
        """Return the packet that brought the byte at this offset."""
        return [packet for start, packet in self.packets if start <= offset][-1]


class Dialogue:
    """What the two sides of one conversation said, read when it is asked for."""

    def __init__(self, client: Direction, server: Direction) -> None:
        self._client = client
        self._server = server

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """The requests; raises NotObserved where the client's bytes are none."""
        found: list[Request] = []
        offset = 0
        while offset < len(self._client.data):
            request, offset = _request(self._client, offset)
            found.append(request)
        return tuple(found)

    @cached_property
    def responses(self) -> tuple[Response, ...]:
        """The responses; raises NotObserved where the server's bytes are none."""
        found: list[Response] = []
        offset = 0
        while offset < len(self._server.data):
            nth = len(found)
            method = self.requests[nth].method if nth < len(self.requests) else "GET"
            response, offset = _response(self._server, offset, method)
            found.append(response)
        return tuple(found)


class Http:
    """The HTTP messages of one conversation or of several, in the order of time.

    Each property raises NotObserved where bytes are no HTTP/1.0 or HTTP/1.1 message. The lines of
    a head must end in CR LF, as RFC 9112, 2.2 asks of every sender.
    """

    def __init__(self, *dialogues: Dialogue) -> None:
        self._dialogues = dialogues

    @staticmethod
    def merged(several: Iterable[Http]) -> Http:
        """Return the messages of several as one."""
        return Http(*(dialogue for each in several for dialogue in each._dialogues))

    @found_once("HTTP request")
    def requests(self) -> tuple[Request, ...]:
        """The requests."""
        found = (each for one in self._dialogues for each in one.requests)
        return tuple(sorted(found, key=lambda request: request.time_ns))

    @found_once("HTTP response")
    def responses(self) -> tuple[Response, ...]:
        """The responses that are not interim."""
        found = (each for one in self._dialogues for each in one.responses)
        return tuple(sorted(found, key=lambda response: response.time_ns))

    @found_once("HTTP exchange")
    def exchanges(self) -> tuple[tuple[Request, Response], ...]:
        """Each request with its response; a request without one is left out."""
        found = (zip(one.requests, one.responses, strict=False) for one in self._dialogues)
        return tuple(sorted(chain(*found), key=lambda pair: pair[0].time_ns))


def _request(side: Direction, offset: int) -> tuple[Request, int]:
    import h11  # noqa: PLC0415 - only who asks for HTTP waits for it

    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
    head, common, offset = _message(connection, side, offset, "request")
    return Request(**common, method=_text(head.method), path=_text(head.target)), offset


def _response(side: Direction, offset: int, method: str) -> tuple[Response, int]:
    import h11  # noqa: PLC0415 - likewise

    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
    # Whether a response has a body depends on the method of its request (RFC 9112, 6.3).
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "any")]))
    connection.send(h11.EndOfMessage())
    head, common, offset = _message(connection, side, offset, "response")
    return Response(**common, status=head.status_code, reason=_text(head.reason)), offset


def _message(
    connection: h11.Connection, side: Direction, offset: int, kind: str
) -> tuple[Any, dict[str, Any], int]:
    """Read one message; return h11's event for its head, what is common, and where it ends."""
    import h11  # noqa: PLC0415 - likewise

    head: Any = None
    body = bytearray()
    complete = False
    connection.receive_data(side.data[offset:])
    has_ended = False
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            if head is not None and has_ended:  # the body is shorter than announced
                break
            raise NotObserved(f"no HTTP {kind}, {error}: {_begin(side, offset)}") from error
        if isinstance(event, h11.Request | h11.Response):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif event is h11.NEED_DATA and side.has_ended and not has_ended:
            has_ended = True
            connection.receive_data(b"")
        elif not isinstance(event, h11.InformationalResponse):
            complete = isinstance(event, h11.EndOfMessage)
            break
    if head is None:
        raise NotObserved(f"no whole HTTP {kind}: {_begin(side, offset)}")
    _check_line_ends(side.data[offset:], kind)
    rest = len(connection.trailing_data[0]) if complete else 0
    common = {
        "version": _text(head.http_version),
        "headers": Headers([(_text(key), _text(value)) for key, value in head.headers.raw_items()]),
        "body": bytes(body),
        "complete": complete,
        "packet": side.packet_at(offset),
    }
    return head, common, len(side.data) - rest


def _check_line_ends(data: bytes, kind: str) -> None:
    head, _, _ = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if b"\n" in line:
            raise NotObserved(f"an HTTP {kind} with a line that CR LF does not end: {line!r}")


def _text(data: bytes) -> str:
    return bytes(data).decode("latin-1")


def _begin(side: Direction, offset: int) -> str:
    return repr(side.data[offset : offset + 40])
