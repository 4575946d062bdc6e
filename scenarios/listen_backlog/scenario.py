"""The kernel completes connections before accept"""

from lab import Command, Program, Scenario, Tcp, tools

SMALL, NONE, HUGE = Tcp(15020), Tcp(15021), Tcp(15022)
BACKLOG = {SMALL: 1, NONE: 0, HUGE: 1_000_000}
CALLS = 3


def steps(lab):
    servers = {}
    for service, backlog in BACKLOG.items():
        program = Program("server.py", backlog, service.port, listens_on=service, serves=True)
        servers[service] = lab.server.start(program, name=str(service), interactive=True)
    early = Program("client.py", "server", SMALL.port, CALLS, "{word}", waits=0.3)
    lab.client.run(early, name="early")
    lab.client.run(Program("client.py", "server", NONE.port, 1, "{word2}"), name="of none")
    # The server's kernel may take 40 ms to acknowledge a FIN: what comes next must not race it.
    lab.wait_until(lambda: not has_unheard_fin(lab), within=1, required=False)
    for service in BACKLOG:
        lab.server.run(Command("ss", "-Hltn", f"sport = :{service.port}", name=f"ss {service}"))
    lab.server.run(Command("sysctl", "-n", "net.core.somaxconn"))
    for service in (NONE, SMALL):
        servers[service].write("\n")
        lab.wait_until(lambda service=service: not waiting(lab, service), within=10)
    lab.client.run(Program("client.py", "server", SMALL.port, 1, "{word3}"), name="late")
    lab.wait_until(lambda: not waiting(lab, SMALL), within=10)


def has_unheard_fin(lab):
    return any(socket.state == "FIN_WAIT1" for socket in lab.client.sockets(SMALL, NONE))


def waiting(lab, service):
    """Return the calls that wait to be accepted, and those that the server has not closed."""
    over = ("LISTEN", "TIME_WAIT")
    return [s for s in lab.server.sockets(service) if s.state not in over or s.receive_queue]


scenario = Scenario(part="B", lectures=[8], hosts=("client", "server"), steps=steps)


def got_through(observed):
    """Return how many of the early calls got through."""
    return len(observed.client["early"].findall("connected"))


def test_calls_get_through_though_nobody_accepts_them_until_the_line_is_full(observed):
    connected = got_through(observed)
    assert BACKLOG[SMALL] <= connected < CALLS
    told = [answer for (answer,) in observed.client["early"].findall(r"call \d: (.+)")]
    assert told == ["connected"] * connected + ["timed out"] * (CALLS - connected)


def test_the_kernel_shakes_hands_and_takes_bytes_before_the_program_accepts(observed):
    accepts = observed.server[str(SMALL)].calls("accept", of=SMALL)
    early = observed.conversations(SMALL, at="server")[: got_through(observed)]
    assert early != ()
    for conversation, accept in zip(early, accepts, strict=False):
        assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]
        assert not accept.began_before(conversation.data_segments("client")[0].packet)


def test_the_other_callers_get_no_answer_not_even_a_refusal(observed):
    missed = [each for each in observed.conversations(SMALL) if not each.established]
    assert len(missed) == CALLS - got_through(observed) > 0
    assert {(e.sender, e.label) for each in missed for e in each.events} == {("client", "SYN")}


def test_ss_shows_how_many_wait_and_what_the_limit_is(observed):
    [row] = tools.ss(observed.server[f"ss {SMALL}"])
    assert (row.receive_queue, row.send_queue) == (got_through(observed), BACKLOG[SMALL])


def test_who_waited_is_served_in_order_though_long_gone(observed):
    waited = got_through(observed)
    served = observed.server[str(SMALL)].stdout[1 : waited + 1]
    assert served == [f"served call {number} of {observed.word}" for number in range(1, waited + 1)]
    early = observed.conversations(SMALL)[:waited]
    assert [f"served {each.sent.decode()}" for each in early] == served != []
    assert [each.turns for each in early] == [["client"]] * waited


def test_the_backlog_is_not_the_number_of_clients(observed):
    assert observed.client["late"].stdout == ["call 1: connected"]
    *before, late = observed.server[str(SMALL)].findall("served (.+)")
    assert len(before) > BACKLOG[SMALL]
    assert late == (f"call 1 of {observed.word3}",)


def test_a_backlog_of_0_is_allowed_and_lets_a_caller_in(observed):
    assert observed.client["of none"].stdout == ["call 1: connected"]
    assert observed.server[str(NONE)].stdout == ["accepting", f"served call 1 of {observed.word2}"]
    assert [row.send_queue for row in tools.ss(observed.server[f"ss {NONE}"])] == [BACKLOG[NONE]]


def test_the_kernel_caps_a_huge_backlog(observed):
    [row] = tools.ss(observed.server[f"ss {HUGE}"])
    assert [str(row.send_queue)] == observed.server["sysctl"].stdout
    assert row.send_queue < BACKLOG[HUGE]
