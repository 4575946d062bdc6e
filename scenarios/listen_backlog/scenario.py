"""The kernel completes connections before accept"""

from lab import Command, Program, Scenario, Tcp
from lab.wire.sockets.parse import parse_ss

SMALL, NONE, HUGE = Tcp(15020), Tcp(15021), Tcp(15022)
BACKLOG = {SMALL: 1, NONE: 0, HUGE: 1_000_000}
CALLS = 3


def steps(lab):
    servers = {
        service: lab.server.start(
            Program("server.py", backlog, service.port, listens_on=service), interactive=True
        )
        for service, backlog in BACKLOG.items()
    }
    lab.client.run(Program("client.py", "server", SMALL.port, CALLS, waits=0.3))
    lab.client.run(Program("client.py", "server", NONE.port, 1))
    lab.server.run(Command("ss", "-ltn", f"sport = :{SMALL.port}"))
    lab.server.run(Command("ss", "-Hltn", f"sport = :{NONE.port}"))
    lab.server.run(Command("ss", "-Hltn", f"sport = :{HUGE.port}"))
    lab.server.run(Command("sysctl", "-n", "net.core.somaxconn"))
    for service in (NONE, SMALL):
        servers[service].write("\n")
        wait_until_nobody_waits(lab, service)
    lab.client.run(Program("client.py", "server", SMALL.port, 1))
    wait_until_nobody_waits(lab, SMALL)


def wait_until_nobody_waits(lab, service):
    """Wait until every call has been accepted and the server has closed it."""
    lab.wait_until(
        lambda: (
            not [
                each
                for each in lab.server.sockets()
                if each.local.port == service.port
                and (each.state not in ("LISTEN", "TIME_WAIT") or each.receive_queue)
            ]
        ),
        within=3,
    )


scenario = Scenario(part="B", lectures=[8], hosts=("client", "server"), steps=steps)


def server(observed, service):
    """The transcript of the server of this service."""
    ran = observed.server.transcripts
    return next(each for each in ran if each.arguments[-1] == str(service.port))


def calls(observed, service, nth=0):
    """What the nth client of a service printed: what became of each call, in order."""
    ran = [each for each in observed.client.transcripts if each.arguments[1] == str(service.port)]
    return [line.partition(": ")[2] for line in ran[nth].stdout]


def listening(observed, service):
    """The row of this service in what ss printed while the callers waited."""
    ran = [each for each in observed.server.transcripts if each.program == "ss"]
    rows = [row for each in ran for row in parse_ss("\n".join(each.stdout))]
    return next(row for row in rows if row.local.port == service.port)


def test_calls_get_through_though_nobody_accepts_them_until_the_line_is_full(observed):
    told = calls(observed, SMALL)
    connected = told.count("connected")
    assert BACKLOG[SMALL] <= connected < CALLS
    assert told == ["connected"] * connected + ["timed out"] * (CALLS - connected)


def test_the_kernel_shakes_hands_and_takes_bytes_before_the_program_accepts(observed):
    accepting = server(observed, SMALL).lines[0]
    assert accepting.text == "accepting"
    waited = calls(observed, SMALL).count("connected")
    assert waited
    for conversation in observed.conversations(SMALL)[:waited]:
        assert conversation.handshake == ["SYN", "SYN ACK", "ACK"]
        assert conversation.messages[0].time_ns < accepting.time_ns


def test_the_other_callers_get_no_answer_not_even_a_refusal(observed):
    missed = [each for each in observed.conversations(SMALL) if not each.established]
    assert len(missed) == calls(observed, SMALL).count("timed out") > 0
    for conversation in missed:
        assert {(event.sender, event.label) for event in conversation.events} == {("client", "SYN")}


def test_ss_shows_how_many_wait_and_what_the_limit_is(observed):
    row = listening(observed, SMALL)
    assert row.receive_queue == calls(observed, SMALL).count("connected")
    assert row.send_queue == BACKLOG[SMALL]


def test_who_waited_is_served_in_order_though_long_gone(observed):
    waited = calls(observed, SMALL).count("connected")
    served = server(observed, SMALL).stdout[1 : waited + 1]
    assert served == [f"served call {number}" for number in range(1, waited + 1)]


def test_the_backlog_is_not_the_number_of_clients(observed):
    assert calls(observed, SMALL, nth=1) == ["connected"]
    served = [line for line in server(observed, SMALL).stdout if line.startswith("served")]
    assert len(served) > BACKLOG[SMALL] + 1


def test_a_backlog_of_0_is_allowed_and_lets_a_caller_in(observed):
    assert calls(observed, NONE) == ["connected"]
    assert server(observed, NONE).stdout == ["accepting", "served call 1"]
    assert listening(observed, NONE).send_queue == 0


def test_the_kernel_caps_a_huge_backlog(observed):
    [most] = observed.server["sysctl"].stdout
    assert listening(observed, HUGE).send_queue == int(most) < BACKLOG[HUGE]
