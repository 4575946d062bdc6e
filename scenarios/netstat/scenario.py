"""Netstat shows the state of each connection"""

import pytest

from lab import Command, Program, Scenario, Tcp, tools

# The states of the client's five connections, in the order in which the client opens them.
ON_CLIENT = ["TIME_WAIT", "ESTABLISHED", "FIN_WAIT2", "ESTABLISHED", "SYN_SENT"]
ON_SERVER = [None, "ESTABLISHED", "CLOSE_WAIT", "ESTABLISHED", None]


def steps(lab):
    # An earlier run may have left connections to some ports in TIME_WAIT.
    pairs = ((Tcp(port), Tcp(port + 1)) for port in range(15100, 15900, 2))
    services = next(pair for pair in pairs if not lab.client.sockets(*pair))
    ports = [service.port for service in services]
    lab.server.start(Program("server.py", *ports, listens_on=services))
    client = lab.client.start(Program("client.py", "server", *ports), interactive=True)
    client.wait_for_line("Enter")
    lab.wait_until(
        lambda: {each.state for each in lab.client.sockets(*services)} == set(ON_CLIENT), within=2
    )
    lab.client.run(Command("sh", "look.sh", *ports))
    lab.server.run(Command("sh", "look.sh", *ports))
    client.write("\n", end=True)
    lab.client.finish(client)


FILES = {"client": "look.sh", "server": "look.sh"}
scenario = Scenario(part="A", lectures=[4], hosts=FILES, files=FILES, steps=steps)
with_both_tools = pytest.mark.parametrize("tool", [tools.netstat, tools.ss])


def before_the_look(observed, conversation):
    """Return what had crossed the wire of a connection when netstat looked."""
    look = observed.client["sh"]
    return [event for event in conversation.events if event.time_ns < look.started_ns]


@with_both_tools
def test_the_client_sees_each_of_its_connections_in_its_state(observed, tool):
    states = {(each.local, each.remote): each.state for each in tool(observed.client["sh"])}
    ends = [(each.client, each.server) for each in observed.conversations("tcp")]
    assert [states.get(each) for each in ends] == ON_CLIENT


@with_both_tools
def test_the_server_sees_the_other_side_of_them_or_nothing(observed, tool):
    states = {(each.local, each.remote): each.state for each in tool(observed.server["sh"])}
    ends = [(each.server, each.client) for each in observed.conversations("tcp")]
    assert [states.get(each) for each in ends] == ON_SERVER


@with_both_tools
def test_the_server_listens_on_both_ports_all_the_while(observed, tool):
    bound = {str(each.local) for each in tool(observed.server["sh"]) if each.state == "LISTEN"}
    assert bound == {f"[::]:{port}" for port in observed.server["server.py"].arguments}


@pytest.mark.parametrize("host", ["client", "server"])
def test_netstat_and_ss_see_the_same(observed, host):
    look = observed.host(host)["sh"]
    netstat = [(each.local, each.remote, each.state) for each in tools.netstat(look)]
    ss = [(each.local, each.remote, each.state) for each in tools.ss(look)]
    assert set(netstat) == set(ss)
    assert len(netstat) == len(ss) == 5


def test_a_syn_that_nobody_answers_leaves_syn_sent(observed):
    *_, unanswered = observed.conversations("tcp")
    crossed = {(each.sender, each.label) for each in before_the_look(observed, unanswered)}
    assert crossed == {("client", "SYN")}


def test_a_handshake_leads_to_established(observed):
    closed, opened, *others, _ = observed.conversations("tcp")
    handshakes = [each.handshake for each in (closed, opened, *others)]
    assert handshakes == [["SYN", "SYN ACK", "ACK"]] * 4
    assert not any(each.fin or each.rst for each in before_the_look(observed, opened))


def test_the_kernel_establishes_a_connection_that_no_program_has_accepted(observed):
    _, opened, _, waiting, _ = observed.conversations("tcp")
    unread = {each.remote: each.receive_queue for each in tools.netstat(observed.server["sh"])}
    assert (unread[opened.client], unread[waiting.client]) == (0, len("anybody?"))


def test_a_fin_that_is_acknowledged_but_not_answered_leaves_fin_wait2_and_close_wait(observed):
    _, _, half_closed, _, _ = observed.conversations("tcp")
    events = before_the_look(observed, half_closed)
    ends = [each for each in events if each.fin or each.rst]
    assert [(each.sender, each.fin) for each in ends] == [("client", True)]
    assert (events[-1].sender, events[-1].acknowledgment) == ("server", ends[0].end)


def test_a_fin_each_way_leaves_time_wait_where_the_first_came_from(observed):
    closed, *_ = observed.conversations("tcp")
    events = before_the_look(observed, closed)
    ends = [each for each in events if each.fin or each.rst]
    assert [(each.sender, each.fin) for each in ends] == [("client", True), ("server", True)]
    assert (events[-1].sender, events[-1].acknowledgment) == ("client", ends[1].end)
