"""The kernel answers a ping, with or without a server"""

import random
import re

from lab import Command, Scenario, tools


def steps(lab):
    nobody = free_address(lab)
    three = ("ping", "-c", 3, "-i", 0.2)
    lab.client.run(Command(*three, "-p", "{number}", "server", waits=0.4), name="there")
    lab.client.run(Command(*three, "-W", 1, nobody, waits=1.4, fails=1), name="nobody")
    lab.client.run(Command("ping", "-c", 1, "http://server/", fails=2), name="url")
    lab.client.run(Command("ping", "-{version}", "-c", 1, "localhost"), name="itself")


def free_address(lab):
    """Return an address that no host has: in each run another, for a kernel remembers the last."""
    network = re.match(r".*[.:]", lab.server.address)[0]
    free = {f"{network}{last}" for last in range(100, 200)} - set(lab.addresses.values())
    return random.choice(sorted(free))


scenario = Scenario(part="A", lectures=[4], hosts=("client", "server"), steps=steps)


def test_a_host_that_is_there_answers_every_time(observed):
    there = tools.ping(observed.client["there"])
    answered = [(reply.sender, reply.sequence) for reply in there.replies]
    assert answered == [(observed.server.address, number) for number in (1, 2, 3)]
    assert (there.transmitted, there.received, there.loss) == (3, 3, 0)
    assert observed.client["there"].exit_status == 0


def test_each_reply_took_at_least_as_long_as_on_the_wire_and_less_than_the_program(observed):
    there, echoes = observed.client["there"], observed.echoes(at="client")
    pairs = zip(echoes.requests, echoes.replies, strict=True)
    wire = [(reply.packet.time_ns - request.packet.time_ns) / 1e6 for request, reply in pairs]
    times = [reply.milliseconds for reply in tools.ping(there).replies]
    assert len(times) == 3
    for crossing, printed in zip(wire, times, strict=True):
        assert 0 < crossing <= printed * 1.01 + 0.001  # ping prints three digits or four
        assert printed < there.duration * 1000


def test_each_reply_repeats_the_id_the_number_and_the_data_of_its_request(observed):
    pattern = bytes.fromhex(str(observed.number))
    for host in ("client", "server"):
        echoes = observed.echoes(at=host)
        assert echoes.requests == echoes.replies
        assert [echo.sequence for echo in echoes.requests] == [1, 2, 3]
        assert len({echo.identifier for echo in echoes.requests}) == 1
        assert all(3 * pattern in echo.data for echo in echoes.requests)


def test_where_nobody_is_all_packets_are_lost(observed):
    nobody = tools.ping(observed.client["nobody"])
    assert (nobody.replies, nobody.transmitted, nobody.loss) == ((), 3, 100)
    assert observed.client["nobody"].exit_status == 1


def test_the_network_is_asked_who_has_the_address_and_nobody_answers(observed):
    address = observed.client["nobody"].arguments[-1]
    lookups = observed.neighbour_lookups(address, at="client")
    assert lookups.requests != ()
    assert lookups.replies == ()


def test_no_echo_request_leaves_for_a_host_whose_hardware_address_is_unknown(observed):
    requests = observed.echoes(at="client").requests
    assert {echo.packet.ip.destination for echo in requests} == {observed.server.address}


def test_a_url_is_not_the_name_of_a_host(observed):
    url = observed.client["url"]
    assert (url.stdout, url.exit_status) == ([], 2)
    assert url.stderr == ["ping: http://server/: Name or service not known"]
    assert observed.echoes(at="client", during=url).requests == ()


def test_a_host_answers_itself(observed):
    itself = tools.ping(observed.client["itself"])
    answered = [(reply.sender, reply.sequence) for reply in itself.replies]
    assert answered == [(observed.family.loopback, 1)]
    assert (itself.transmitted, itself.loss) == (1, 0)


def test_what_a_host_says_to_itself_does_not_cross_the_network(observed):
    itself = observed.client["itself"]
    assert tools.ping(itself).received == 1
    assert observed.echoes(at="client", during=itself).requests == ()


def test_no_server_runs_and_none_is_needed(observed):
    for host in (observed.client, observed.server):
        assert host.samples != ()
        assert not [socket for socket in host.sockets if socket.state == "LISTEN"]
