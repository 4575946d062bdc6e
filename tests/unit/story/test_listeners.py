"""A story says where a socket waits, for which IP versions, and draws each that does."""

from __future__ import annotations

import pytest
from played import Play, timeline_of

from lab.story.page.ladder.drawing import ArrowShape
from lab.story.page.ladder.frame import WIDE
from lab.story.page.ladder.layout import lay_out
from lab.wire.address import Address, Family
from lab.wire.sockets.table import Sample, SocketEntry


def entry(
    ip: str, port: int, *, protocol: str = "tcp", v6only: bool | None = None, inode: int = 1
) -> SocketEntry:
    state = "LISTEN" if protocol == "tcp" else "CLOSE"
    return SocketEntry(protocol, Address(ip, port), None, state, inode=inode, v6only=v6only)


class Host(Play):
    """A run in which the server's socket table is looked at every 10 ms."""

    def has(self, *entries: SocketEntry) -> None:
        self.wait(10)
        self.samples.setdefault("server", []).append(Sample(self.time_ns, entries))


def begun(family: Family = Family.IPV4) -> Host:
    host = Host(family)
    host.runs("server", "server.py")
    return host


def told(host: Host) -> list[str]:
    moments = timeline_of(host.observation()).moments
    return [note.text for each in moments for note in each.notes if note.kind == "socket"]


@pytest.mark.parametrize(
    ("ip", "v6only", "text"),
    [
        ("0.0.0.0", None, "LISTEN 0.0.0.0:5012"),
        ("::", True, "LISTEN [::]:5012"),
        ("::", False, "LISTEN *:5012"),
        ("::", None, "LISTEN [::]:5012"),
        ("127.0.0.1", None, "LISTEN 127.0.0.1:5012"),
        ("::1", False, "LISTEN [::1]:5012"),
    ],
)
def test_where_a_server_listens_is_told_with_the_ip_versions(
    ip: str, v6only: bool | None, text: str
) -> None:
    host = begun()
    host.has(entry(ip, 5012, v6only=v6only))
    assert told(host) == [text]


def test_a_server_of_ipv4_only_that_refuses_over_ipv6_is_told_as_one() -> None:
    host = begun(Family.IPV6)
    host.has(entry("0.0.0.0", 5012))
    host.tcp("client", "SYN", ports=(40000, 5012))
    host.tcp("server", "RST ACK", ports=(40000, 5012))
    assert told(host) == ["LISTEN 0.0.0.0:5012"]
    assert timeline_of(host.observation()).legend[0] == (
        "0.0.0.0:PORT: at every IPv4 address of the host, at none of IPv6"
    )


def test_what_stands_for_all_addresses_is_explained_where_it_stands() -> None:
    host = begun()
    host.has(entry("::", 5012, v6only=False))
    assert timeline_of(host.observation()).legend == [
        "*:PORT: at every address of the host, IPv4 and IPv6"
    ]
    host = begun()
    host.has(entry("10.77.0.20", 5012))
    assert timeline_of(host.observation()).legend == []


def test_one_socket_for_each_ip_version_is_drawn_as_two() -> None:
    host = begun()
    host.has(entry("0.0.0.0", 80), entry("::", 80, v6only=True, inode=2))
    assert told(host) == ["LISTEN 0.0.0.0:80", "LISTEN [::]:80"]


def test_a_second_listener_on_the_same_port_is_drawn_whenever_it_comes() -> None:
    host = begun()
    one = entry("0.0.0.0", 80)
    host.has(one)
    host.has(one, entry("0.0.0.0", 80, inode=2))
    host.has(one, entry("0.0.0.0", 80, inode=2), entry("10.77.0.20", 80, inode=3))
    assert told(host) == ["LISTEN 0.0.0.0:80", "LISTEN 0.0.0.0:80", "LISTEN 10.77.0.20:80"]


def test_a_port_that_is_closed_and_listened_on_again_is_told_again() -> None:
    host = begun()
    host.has(entry("0.0.0.0", 80))
    host.has()
    host.has(entry("0.0.0.0", 80, inode=2))
    assert told(host) == ["LISTEN 0.0.0.0:80"] * 2


def test_connections_that_wait_to_be_accepted_make_no_new_listener() -> None:
    host = begun()
    waiting = SocketEntry("tcp", Address("0.0.0.0", 80), None, "LISTEN", 3, 128, inode=1)
    host.has(entry("0.0.0.0", 80))
    host.has(waiting)
    assert told(host) == ["LISTEN 0.0.0.0:80"]


def test_what_listened_before_the_first_program_is_not_told() -> None:
    host = Host()
    host.has(entry("0.0.0.0", 22))
    host.wait(1)
    host.runs("server", "server.py")
    host.has(entry("0.0.0.0", 22), entry("0.0.0.0", 80, inode=2))
    assert told(host) == ["LISTEN 0.0.0.0:80"]


def test_a_bound_udp_socket_that_nobody_reached_is_drawn() -> None:
    host = begun()
    host.has(entry("0.0.0.0", 5034, protocol="udp"))
    host.tcp("client", "SYN", ports=(40000, 5034))
    assert told(host) == ["bound to UDP 0.0.0.0:5034"]


def test_a_udp_socket_of_a_client_is_no_server_s() -> None:
    host = begun()
    host.has(entry("0.0.0.0", 40001, protocol="udp"), entry("0.0.0.0", 5000, protocol="udp"))
    host.udp("server", "client", b"Hello", ports=(5000, 15001))
    assert told(host) == []


def test_a_udp_socket_that_was_asked_first_is_a_server_s_whatever_its_port() -> None:
    host = begun()
    host.has(entry("::", 40001, protocol="udp", v6only=False))
    host.udp("client", "server", b"Hello", ports=(5000, 40001))
    assert told(host) == ["bound to UDP *:40001"]


def test_a_udp_socket_that_hears_what_is_for_everybody_is_drawn() -> None:
    host = begun()
    host.has(entry("0.0.0.0", 15007, protocol="udp"))
    host.shouts("client", b"who", "server")
    host.udp("server", "client", b"me", ports=(15007, 40000))
    assert told(host) == ["bound to UDP 0.0.0.0:15007"]


def bands(host: Host) -> list[tuple[str, int, int]]:
    """Return each band of a state on the page, and between which heights it is."""
    drawing = lay_out(timeline_of(host.observation()), WIDE)
    heights = drawing.heights
    return [(each.state, heights[each.start], heights[each.stop]) for each in drawing.bands]


def served(*, closes: bool) -> Host:
    """Return a run whose UDP server is asked 40 ms after it was bound, and closes later."""
    host = begun()
    bound = entry("::", 5012, protocol="udp", v6only=False)
    host.has(bound)
    host.wait(40)
    host.udp("client", "server", b"first", ports=(41000, 5012))
    host.wait(40)
    if closes:
        host.samples["server"].append(Sample(host.time_ns, (), (bound,)))
        host.wait(40)
    host.udp("client", "server", b"last", ports=(41000, 5012))
    host.wait(40)
    return host


def test_a_udp_socket_s_band_lasts_until_its_program_ends() -> None:
    host = served(closes=False)
    ((state, top, bottom),) = bands(host)
    last = lay_out(timeline_of(host.observation()), WIDE).heights[-1]
    assert state == "BOUND"
    assert top < bottom
    assert bottom > last - 60


def test_a_udp_socket_s_band_ends_where_a_sample_lacks_it() -> None:
    ((_, top, bottom),) = bands(served(closes=True))
    drawing = lay_out(timeline_of(served(closes=True).observation()), WIDE)
    first, last = (each for each in drawing.shapes if isinstance(each, ArrowShape))
    heights = drawing.heights
    assert top < heights[first.stop] < bottom <= heights[last.start]


def test_a_group_s_listener_is_told() -> None:
    host = begun()
    host.has(entry("::", 15007, protocol="udp", v6only=False))
    host.shouts("client", b"hello", "server", card="01:00:5e:4d:00:07", target="239.77.0.7")
    assert told(host) == ["bound to UDP *:15007"]
