"""A client ends its own direction and reads on"""

from lab import Program, Scenario, Tcp

SORTING = Tcp(15010)
HANGING_UP = Tcp(15011)
SORTED = ["apple", "banana", "cherry"]

scenario = Scenario(
    part="B",
    lectures=[6, 7],
    server=[
        Program("server.py", listens_on=SORTING),
        Program("hangup_server.py", listens_on=HANGING_UP),
    ],
    client=[Program("client.py", "server"), Program("hangup_client.py", "server")],
)


def test_the_client_reads_the_whole_answer_after_it_has_ended_its_own_direction(observed):
    assert observed.client["client.py"].stdout == SORTED
    assert observed.conversation(SORTING).received.decode().splitlines() == SORTED


def test_the_server_learns_from_empty_bytes_that_it_has_heard_everything(observed):
    assert observed.server["server.py"].stdout == ["heard 3 lines, then b''"]
    assert observed.conversation(SORTING).sent == b"cherry\nbanana\napple\n"


def test_the_clients_fin_crosses_the_wire_before_the_first_byte_of_the_answer(observed):
    events = observed.conversation(SORTING).events
    fin = next(event for event in events if event.sender == "client" and event.fin)
    answer = next(event for event in events if event.sender == "server" and event.length)
    assert fin.number < answer.number


def test_after_its_fin_the_client_only_acknowledges(observed):
    events = observed.conversation(SORTING).events
    fin = next(event for event in events if event.sender == "client" and event.fin)
    later = [event for event in events if event.sender == "client" and event.number > fin.number]
    assert later
    assert all(event.label == "ACK" and not event.length for event in later)


def test_each_direction_is_closed_by_a_fin_of_its_own(observed):
    conversation = observed.conversation(SORTING)
    assert conversation.closed_first == "client"
    assert {event.sender for event in conversation.events if event.fin} == {"client", "server"}
    assert conversation.closed
    assert conversation.resets == ()


def test_a_server_that_closes_with_bytes_unread_resets_the_connection(observed):
    conversation = observed.conversation(HANGING_UP)
    assert observed.server["hangup_server.py"].stdout == ["heard Hello and no more"]
    assert conversation.sent == b"Hello World"
    assert [event.sender for event in conversation.resets] == ["server"]
    assert not [event for event in conversation.events if event.fin]


def test_the_client_of_a_reset_connection_gets_an_error_instead_of_an_end(observed):
    [line] = observed.client["hangup_client.py"].stdout
    assert line.startswith("ConnectionResetError: [Errno 104]")
