"""Netstat shows the state of each connection"""

import pytest

from lab import Command, Program, Scenario, Tcp, tools

# The states of the client's five connections, in the order in which the client opens them.
STATES = {
    "client": ["TIME_WAIT", "ESTABLISHED", "FIN_WAIT2", "ESTABLISHED", "SYN_SENT"],
    "server": [None, "ESTABLISHED", "CLOSE_WAIT", "ESTABLISHED", None],
}


def steps(lab):
    # An earlier run may have left connections to some ports in TIME_WAIT.
    pairs = ((Tcp(port), Tcp(port + 1)) for port in range(15100, 15900, 2))
    services = next(pair for pair in pairs if not lab.client.sockets(*pair))
    ports = [service.port for service in services]
    lab.server.start(Program("server.py", *ports, listens_on=services, serves=True))
    client = lab.client.start(Program("client.py", "server", *ports, "{word}"), interactive=True)
    client.wait_for_line("Enter")
    states = set(STATES["client"])
    lab.wait_until(lambda: {each.state for each in lab.client.sockets(*services)} == states)
    lab.client.run(Command("sh", "look.sh", *ports))
    lab.server.run(Command("sh", "look.sh", *ports))
    client.write("\n", end=True)
    lab.client.finish(client)


FILES = dict.fromkeys(STATES, "look.sh")
scenario = Scenario(part="A", lectures=[4], hosts=FILES, files=FILES, steps=steps)


def talks_so_far(observed):
    """Return the five connections as they were when netstat looked."""
    return observed.conversations("tcp", before=observed.client["sh"])


def test_the_client_says_what_it_prints_and_hears_nothing(observed):
    talks = observed.conversations("tcp")
    said = ["says goodbye", f"says {observed.word}", "says I am done", "says anybody?", "connects"]
    told = [f"port {each.client.port} {words}" for each, words in zip(talks, said, strict=True)]
    assert observed.client["client.py"].stdout[:-1] == told
    assert ["says " + each.sent.decode() for each in talks[:-1]] == said[:-1]
    assert b"".join(each.received for each in talks) == b""


@pytest.mark.parametrize("host", STATES)
def test_each_side_sees_its_end_of_the_connections_in_its_state(observed, host):
    rows = tools.netstat(observed.host(host)["sh"])
    states = {frozenset((each.local, each.remote)): each.state for each in rows}
    ends = [frozenset((each.client, each.server)) for each in observed.conversations("tcp")]
    assert [states.get(each) for each in ends] == STATES[host]


def test_the_server_listens_on_both_ports_all_the_while(observed):
    bound = {str(s.local) for s in tools.netstat(observed.server["sh"]) if s.state == "LISTEN"}
    assert bound == {f"[::]:{port}" for port in observed.server["server.py"].arguments}


@pytest.mark.parametrize("host", STATES)
def test_netstat_and_ss_see_the_same(observed, host):
    look = observed.host(host)["sh"]
    netstat = [(each.local, each.remote, each.state) for each in tools.netstat(look)]
    ss = [(each.local, each.remote, each.state) for each in tools.ss(look)]
    assert set(netstat) == set(ss)
    assert len(netstat) == len(ss) == 5


def test_a_syn_that_nobody_answers_leaves_syn_sent(observed):
    """A SYN that nobody answers leaves SYN_SENT."""
    *_, unanswered = talks_so_far(observed)
    assert {(each.sender, each.label) for each in unanswered.events} == {("client", "SYN")}


def test_a_handshake_leads_to_established(observed):
    *answered, _ = talks_so_far(observed)
    assert [each.handshake for each in answered] == [["SYN", "SYN ACK", "ACK"]] * 4
    assert answered[1].fins == answered[1].resets == ()


def test_the_kernel_establishes_a_connection_that_no_program_has_accepted(observed):
    _, opened, _, waiting, _ = observed.conversations("tcp")
    unread = {each.remote: each.receive_queue for each in tools.netstat(observed.server["sh"])}
    assert (unread[opened.client], unread[waiting.client]) == (0, len("anybody?"))


def test_a_fin_that_is_acknowledged_but_not_answered_leaves_fin_wait2_and_close_wait(observed):
    talk = talks_so_far(observed)[2]
    assert ([each.sender for each in talk.fins], talk.resets) == (["client"], ())
    assert (talk.events[-1].sender, talk.events[-1].acknowledgment) == ("server", talk.fins[0].end)


def test_a_fin_each_way_leaves_time_wait_where_the_first_came_from(observed):
    talk = talks_so_far(observed)[0]
    assert ([each.sender for each in talk.fins], talk.resets) == (["client", "server"], ())
    assert (talk.events[-1].sender, talk.events[-1].acknowledgment) == ("client", talk.fins[1].end)
