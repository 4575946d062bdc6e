"""What scenario files ask of a run: who is who, who said what, and what was asked of whom."""

from __future__ import annotations

from dataclasses import replace

import frames
import pytest
from played import Play, address, hello, mac

from lab import Family, Tcp, Udp
from lab.errors import NotObserved
from lab.observation.observation import Observation
from lab.observation.transcript import Line, Transcript
from lab.wire.address import Link
from lab.wire.packet import Question, Record
from lab.wire.packet.header.number import ICMPV6

DEMO, DNS = Tcp(15000), Udp(53)
BOTH = pytest.mark.parametrize("family", list(Family))


@BOTH
def test_a_host_s_address_is_the_one_of_the_run(family: Family) -> None:
    observed = hello(family).observation()
    assert observed.client.address == address("client", family)
    assert observed.host_of(observed.conversation(DEMO).server) == "server"
    assert observed.host_of("192.0.2.1") is None


def test_a_host_has_an_address_and_a_card_on_each_network() -> None:
    links = (
        Link("lan", "02:00:00:00:00:01", {Family.IPV4: "10.77.0.1"}),
        Link("far", "02:00:00:00:00:02", {Family.IPV4: "10.77.2.1"}),
    )
    router = replace(hello().observation().client, links=links)
    assert (router.address_on("far"), router.mac_on("lan")) == ("10.77.2.1", "02:00:00:00:00:01")
    with pytest.raises(NotObserved, match="'middle', but on lan, far"):
        router.address_on("middle")


def test_the_family_knows_its_words() -> None:
    said = [(each.version, each.record, each.loopback, each.unspecified) for each in Family]
    assert said == [(4, "A", "127.0.0.1", "0.0.0.0"), (6, "AAAA", "::1", "::")]


def twice() -> Observation:
    """Return a run in which a client runs twice, and speaks to the server each time."""
    play = Play()
    for number, name in enumerate(("first", "second")):
        play.runs("client", "client.py", name=name)
        play.wait(5)
        play.tcp("client", "SYN", ports=(40000 + number, 15000 + number))
        play.says("client", f"{name} after {number}.5 s")
        play.wait(5)
    return play.observation()


def test_a_conversation_is_told_as_it_was_before_a_program_started() -> None:
    play = hello()
    play.runs("client", "look.sh", name="look")
    play.tcp("server", "RST")
    observed = play.observation()
    whole = observed.conversation(DEMO)
    before = observed.conversation(DEMO, before=observed.client["look"])
    assert (len(whole.resets), before.resets) == (1, ())
    assert before.packets == whole.packets[:-1]
    assert before.events == whole.events[:-1]
    first, second = twice().client["first"], twice().client["second"]
    assert twice().conversations(before=first) == ()
    assert len(twice().conversations(before=second)) == 1


def test_a_program_is_found_by_the_name_that_the_scenario_gave_it() -> None:
    observed = twice()
    assert observed.client["first"].stdout == ["first after 0.5 s"]
    assert observed.client["client.py"].name == "second"  # of several, the last
    with pytest.raises(NotObserved, match="third did not run on client; first, second did"):
        observed.client["third"]


def test_the_groups_of_each_line_that_a_pattern_matches_are_found() -> None:
    observed = twice()
    assert observed.client.findall(r"^(\w+) after ([\d.]+) s$") == [
        ("first", "0.5"),
        ("second", "1.5"),
    ]
    assert observed.client["second"].findall("aft..") == [("after",)]
    assert observed.client.findall("nothing") == []
    logged = Transcript("server", "python3", lines=(Line(0, "stderr", "GET / 200"),))
    assert logged.findall(r"GET (\S+) (\d+)") == [("/", "200")]


def test_conversations_are_chosen_by_service_by_host_and_by_when_they_began() -> None:
    observed = twice()
    first, second = observed.conversations("tcp")
    assert observed.conversations(Tcp(15001), DEMO) == (first, second)
    assert observed.conversations("udp") == ()
    assert observed.conversations(client="client", server="server") == (first, second)
    assert observed.conversations(client="server") == ()
    assert observed.conversation(during=observed.client["second"]) == second
    assert observed.conversations(during=first) == (first,)


def test_one_conversation_is_asked_for_and_another_number_was_seen() -> None:
    observed = twice()
    with pytest.raises(NotObserved, match=r"2 conversations with tcp were seen at server, not one"):
        observed.conversation("tcp", at="server")
    with pytest.raises(NotObserved, match=r"with UDP 53 was seen; seen: TCP 15000, TCP 15001$"):
        observed.conversation(DNS)


def test_packets_are_chosen_by_when_they_crossed() -> None:
    observed = twice()
    assert len(observed.packets("client")) == 2
    [packet] = observed.packets("client", during=observed.client["second"])
    assert packet.destination.port == 15001  # type: ignore[union-attr]


def test_what_was_said_in_several_conversations_is_told_in_the_order_of_time() -> None:
    observed = hello().observation()
    said = [message.data for message in observed.messages(DEMO)]
    assert said == [b"Hello World", b"Hello YourselfGoodbye"]
    assert len(observed.messages(DEMO, DNS)) == 4
    with pytest.raises(NotObserved, match="no HTTP request"):
        observed.http(DEMO).requests  # noqa: B018 - asking is what raises
    assert observed.http(Tcp(80)).requests == ()


@BOTH
def test_echoes_are_requests_and_replies_of_either_ip_version(family: Family) -> None:
    play = Play(family)
    play.runs("server", "early.py")
    play.wait(1)
    play.runs("client", "ping")
    for number in (1, 2):
        play.pings("client", number)
        play.pings("server", number, reply=number == 1)
    observed = play.observation()
    echoes = observed.echoes(at="client")
    assert [echo.sequence for echo in echoes.requests] == [1, 2, 2]
    assert echoes.requests[:1] == echoes.replies
    assert (echoes.replies[0].identifier, echoes.replies[0].data) == (1, b"abc")
    early = replace(observed.server["early.py"], ended_ns=observed.client["ping"].started_ns - 1)
    assert observed.echoes(at="client", during=early).requests == ()


def test_an_arp_request_asks_for_a_neighbour_and_a_reply_answers() -> None:
    play = Play()
    for operation, sender, target in ((1, "client", "server"), (2, "server", "client")):
        ends = [(mac(host), address(host)) for host in (sender, target)]
        asked = frames.arp(operation, ends[0], ends[1])
        play.frame("client", frames.ethernet(asked, 0x0806), play.time_ns)
    lookups = play.observation().neighbour_lookups(address("server"), at="client")
    assert [len(lookups.requests), len(lookups.replies)] == [1, 1]
    assert play.observation().neighbour_lookups("10.77.0.99", at="client").requests == ()


def test_a_neighbour_solicitation_asks_and_an_advertisement_answers() -> None:
    play = Play(Family.IPV6)
    target = address("server", Family.IPV6)
    ends = (address("client", Family.IPV6), target)
    for kind in (135, 135, 136):
        body = bytes.fromhex("fd000010007700000000000000000020")
        message = frames.icmpv6(body, kind=kind, between=ends)
        play.frame("client", frames.frame(message, ICMPV6, ends), play.time_ns)
    lookups = play.observation().neighbour_lookups(target, at="client")
    assert [len(lookups.requests), len(lookups.replies)] == [2, 1]


def test_a_name_is_looked_up_as_it_is_or_completed() -> None:
    play = Play()
    play.looks_up("server.ipv4.lab.test", "10.77.0.20")
    play.looks_up("serverless.lab.test", None)
    observed = play.observation()
    found = observed.name_lookups("server")
    assert (found.names, found.answers) == (["server.ipv4.lab.test"], ["10.77.0.20"])
    assert [len(found.queries), len(found.responses)] == [1, 1]
    assert observed.name_lookups("serverless.lab.test").responses[0].rcode_name == "NXDOMAIN"
    assert len(observed.name_lookups(at="client").names) == 2


def test_a_name_is_looked_up_over_tcp_wherever_segments_cut_the_answer() -> None:
    play = Play()
    asked = Question("server.lab.test", "A")
    query = frames.dns(7, 0x0100, [asked])
    answer = frames.dns(7, 0x8580, [asked], [Record(asked.name, "A", "IN", 60, "10.77.0.20")])
    ports = (41000, 53)
    play.tcp("client", "SYN", ports=ports)
    play.tcp("server", "SYN ACK", ports=ports)
    play.tcp("client", "PSH ACK", len(query).to_bytes(2, "big") + query, ports=ports)
    for part in (len(answer).to_bytes(2, "big"), answer[:20], answer[20:]):
        play.tcp("server", "PSH ACK", part, ports=ports)
    found = play.observation().name_lookups(asked.name)
    assert (found.names, found.answers) == ([asked.name], ["10.77.0.20"])


def test_icmp_errors_are_found_at_a_host_s_card() -> None:
    assert hello().observation().icmp_errors(at="client") == []


def test_a_host_s_sockets_are_those_of_all_samples() -> None:
    assert [socket.state for socket in hello().observation().server.sockets] == [
        "LISTEN",
        "TIME_WAIT",
    ]


def test_a_picture_that_is_missing_or_none_is_told() -> None:
    transcript = Transcript("browser", "browse", files={"a.png": b"no picture"})
    with pytest.raises(NotObserved, match=r"browse on browser left a\.png, but not page\.png"):
        transcript.picture("page.png")
    with pytest.raises(NotObserved, match=r"a\.png of browse on browser: this is no PNG"):
        transcript.picture("a.png")
    assert Line(0, "stdout", "x").complete


@BOTH
def test_an_ip_header_is_asked_alike_in_both_versions(family: Family) -> None:
    packet = hello(family).observation().conversation(DEMO).packets[0]
    assert packet.ip is not None
    assert packet.tcp is not None
    assert packet.ip.hops_left == 64
    assert packet.ip.size == len(packet.data) - 14
    assert (packet.fragment_header is None) is (family is Family.IPV6)
