"""The conversation that a call belongs to: both ends, though a call tells one."""

from __future__ import annotations

from dataclasses import replace

from played import Play, address, hello, traced_hello

from lab.observation.calls.call import Call, Socket, Value
from lab.observation.calls.ends import Seen
from lab.wire.address import Address, Ends, Family

CLIENT, SERVER = address("client", Family.IPV4), address("server", Family.IPV4)


def seen(play: Play, host: str = "client") -> Seen:
    return Seen(play.observation().packets(host), [address(host, Family.IPV4)])


def call(name: str, *given: Value, socket: Socket, begins: int = 1, ends: int = 2) -> Call:
    return Call(name, given, 0, None, begins, ends, 7, 7, socket)


def test_the_calls_of_a_connection_know_both_ends() -> None:
    observation = traced_hello().observation()
    talk = observation.conversation("tcp")
    made = seen(hello()).told(observation.client.transcripts[0].made)
    assert talk.ends == Ends("tcp", Address(CLIENT, 40000), Address(SERVER, 15000))
    assert [each.conversation for each in made] == [talk.ends] * 4


def test_a_call_before_its_socket_was_connected_belongs_to_what_came_of_it() -> None:
    observation = traced_hello().observation()
    begun = call("socket", socket=Socket(2, "tcp"), begins=0)
    made = seen(hello()).told([begun, *observation.client.transcripts[0].made])
    assert made[0].conversation == observation.conversation("tcp").ends


def test_the_server_knows_them_by_whom_it_accepted() -> None:
    accepted = Socket(4, "tcp", Address("::", 15000), Address(CLIENT, 40000))
    made = seen(hello(), "server").told([call("recv", socket=accepted)])
    assert made[0].conversation == hello().observation().conversation("tcp").ends


def test_a_listening_socket_has_no_conversation() -> None:
    listening = Socket(3, "tcp", Address("::", 15000))
    assert (
        seen(hello(), "server").told([call("listen", 5, socket=listening)])[0].conversation is None
    )


def test_of_two_sockets_that_call_one_service_what_each_sent_tells_them_apart() -> None:
    play, times = Play(), []
    for port in (40000, 40001):
        times.append(play.time_ns)
        play.udp("client", "server", b"what", ports=(port, 15001))
    server = Address(SERVER, 15001)
    made = [
        call("sendto", b"what", server, socket=Socket(number, "udp"), begins=at - 9, ends=at + 9)
        for number, at in enumerate(times)
    ]
    told = seen(play).told([*made, call("recv", socket=Socket(1, "udp"))])
    ports = [each.conversation.client.port if each.conversation else None for each in told]
    assert ports == [40000, 40001, 40001]
    assert seen(play).told([replace(made[0], began_ns=1, ended_ns=2)])[0].conversation is None


def test_what_crossed_no_card_belongs_to_no_conversation() -> None:
    own = Socket(3, "tcp", None, Address("127.0.0.1", 15000))
    made = seen(hello()).told([call("connect", Address("127.0.0.1", 15000), socket=own)])
    assert made[0].conversation is None
