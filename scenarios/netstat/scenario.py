"""Netstat shows the state of each connection"""

from lab import Address, Command, Program, Scenario, Tcp
from lab.wire.sockets.table import parse_netstat, parse_ss

HELD = {"TIME_WAIT", "ESTABLISHED", "FIN_WAIT2", "SYN_SENT"}
"""The states in which the client holds its connections."""

TABLE = {
    "goodbye": ("TIME_WAIT", None),
    "hello": ("ESTABLISHED", "ESTABLISHED"),
    "I am done": ("FIN_WAIT2", "CLOSE_WAIT"),
    "anybody?": ("ESTABLISHED", "ESTABLISHED"),
    "": ("SYN_SENT", None),
}
"""What a client said on a connection, and the connection's state on the client and the server."""


def steps(lab):
    ports = unused_ports(lab)
    services = [Tcp(port) for port in ports]
    lab.server.start(Program("server.py", *ports, listens_on=services))
    client = lab.client.start(Program("client.py", "server", *ports), interactive=True)
    client.wait_for_line("Enter", 5 * lab.deadline_scale)
    lab.wait_until(lambda: states(lab.client, ports) == HELD, within=2)
    for host in (lab.client, lab.server):
        host.run(Command("sh", "look.sh", *ports))
    client.write("\n", end=True)
    lab.client.finish(client, 3 * lab.deadline_scale)


scenario = Scenario(part="A", lectures=[4], hosts=("client", "server"), steps=steps)


def unused_ports(lab):
    """Return two ports for the services with which no earlier run left a TIME_WAIT behind."""
    left = {entry.remote.port for entry in lab.client.sockets() if entry.remote}
    return next((port, port + 1) for port in range(15100, 15900, 2) if not {port, port + 1} & left)


def states(host, ports):
    """Return the states of the host's connections to these ports, now."""
    return {entry.state for entry in host.sockets() if entry.remote and entry.remote.port in ports}


def services(observed):
    """Return the service that accepts, and the one that is full."""
    return [Tcp(int(port)) for port in observed.server["server.py"].arguments]


def connections(observed):
    """Return the client's five conversations by what it said on them."""
    both = [each for service in services(observed) for each in observed.conversations(service)]
    assert len(both) == len(TABLE)
    return {each.sent.decode(): each for each in both}


def tables(host):
    """Return the host's connections as netstat and as ss printed them."""
    printed = "\n".join(host["sh"].stdout)
    return parse_netstat(printed), parse_ss(printed)


def state(table, local, remote):
    """Return the state that a table gives for the connection between two ends; None without."""
    found = [entry.state for entry in table if (entry.local, entry.remote) == (local, remote)]
    assert len(found) <= 1
    return found[0] if found else None


def events_before_the_look(observed, said):
    """Return what had crossed the wire of a connection when netstat looked."""
    looked_ns = observed.client["sh"].started_ns
    return [each for each in connections(observed)[said].events if each.time_ns < looked_ns]


def test_the_client_sees_each_of_its_connections_in_its_state(observed):
    for table in tables(observed.client):
        assert {
            said: state(table, each.client, each.server)
            for said, each in connections(observed).items()
        } == {said: on_client for said, (on_client, _) in TABLE.items()}


def test_the_server_sees_the_other_side_of_them_or_nothing(observed):
    for table in tables(observed.server):
        assert {
            said: state(table, each.server, each.client)
            for said, each in connections(observed).items()
        } == {said: on_server for said, (_, on_server) in TABLE.items()}


def test_the_server_listens_on_both_ports_all_the_while(observed):
    for table in tables(observed.server):
        listening = {entry.local for entry in table if entry.state == "LISTEN"}
        assert listening == {Address("::", service.port) for service in services(observed)}


def test_netstat_and_ss_see_the_same(observed):
    for host in (observed.client, observed.server):
        netstat, ss = tables(host)
        seen = [
            {(each.local, each.remote, each.state) for each in table} for table in (netstat, ss)
        ]
        assert seen[0] == seen[1]
        assert len(seen[0]) == 5


def test_a_syn_that_nobody_answers_leaves_syn_sent(observed):
    labels = {(each.sender, each.label) for each in events_before_the_look(observed, "")}
    assert labels == {("client", "SYN")}


def test_a_handshake_leads_to_established(observed):
    for said in ("goodbye", "hello", "I am done", "anybody?"):
        assert connections(observed)[said].handshake == ["SYN", "SYN ACK", "ACK"]
    assert not any(each.fin or each.rst for each in events_before_the_look(observed, "hello"))


def test_the_kernel_establishes_a_connection_that_no_program_has_accepted(observed):
    unread = {entry.remote: entry.receive_queue for entry in tables(observed.server)[0]}
    accepted, waiting = (connections(observed)[said].client for said in ("hello", "anybody?"))
    assert (unread[accepted], unread[waiting]) == (0, len("anybody?"))


def test_a_fin_that_is_acknowledged_but_not_answered_leaves_fin_wait2_and_close_wait(observed):
    events = events_before_the_look(observed, "I am done")
    fin = next(each for each in events if each.fin)
    assert fin.sender == "client"
    answers = [each for each in events if each.sender == "server"]
    assert not any(each.fin or each.rst for each in answers)
    assert answers[-1].acknowledgment == fin.end


def test_a_fin_each_way_leaves_time_wait_where_the_first_came_from(observed):
    events = events_before_the_look(observed, "goodbye")
    assert [each.sender for each in events if each.fin] == ["client", "server"]
    assert not any(each.rst for each in events)
    second = next(each for each in events if each.fin and each.sender == "server")
    assert (events[-1].sender, events[-1].acknowledgment) == ("client", second.end)
