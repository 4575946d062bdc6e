"""A client ends its own direction and reads on"""

from lab import Program, Scenario, Tcp

SORTING, HANGING_UP = Tcp(15010), Tcp(15011)

scenario = Scenario(
    part="B",
    lectures=[6, 7],
    server=[
        Program("server.py", "{answer}", listens_on=SORTING),
        Program("hangup_server.py", listens_on=HANGING_UP),
    ],
    client=[
        Program("client.py", "server", "3-{word}", "2-{word2}", "1-{word3}"),
        Program("hangup_client.py", "server", "{word}"),
    ],
)


def lines(observed):
    return [f"3-{observed.word}", f"2-{observed.word2}", f"1-{observed.word3}"]


def test_the_server_learns_from_empty_bytes_that_it_has_heard_everything(observed):
    assert observed.server["server.py"].stdout == [f"heard {lines(observed)}, then b''"]
    assert observed.conversation(SORTING).sent.decode().splitlines() == lines(observed)


def test_the_client_reads_the_whole_answer_after_it_has_ended_its_own_direction(observed):
    answer = [*reversed(lines(observed)), f"sorted by {observed.answer}"]
    assert observed.client["client.py"].stdout == answer
    assert observed.conversation(SORTING).received.decode().splitlines() == answer


def test_the_clients_fin_crosses_the_wire_before_the_answer_and_then_it_only_acknowledges(observed):
    conversation = observed.conversation(SORTING)
    first_fin, *_ = conversation.fins
    answer, *_ = conversation.data_segments("server")
    assert first_fin.sender == "client"
    assert first_fin.number < answer.number
    after = [each for each in conversation.events if each.number > first_fin.number]
    assert {each.pure_ack for each in after if each.sender == "client"} == {True}


def test_each_direction_is_closed_by_a_fin_of_its_own(observed):
    conversation = observed.conversation(SORTING)
    assert [fin.sender for fin in conversation.fins] == ["client", "server"]
    assert conversation.closed
    assert conversation.resets == ()


def test_a_server_that_closes_with_bytes_unread_resets_the_connection(observed):
    conversation = observed.conversation(HANGING_UP)
    assert observed.server["hangup_server.py"].stdout == [f"heard {observed.word} and no more"]
    assert conversation.sent == f"{observed.word} and more".encode()
    assert [reset.sender for reset in conversation.resets] == ["server"]
    assert (conversation.received, conversation.fins) == (b"", ())


def test_the_client_of_a_reset_connection_gets_an_error_instead_of_an_end(observed):
    [line] = observed.client["hangup_client.py"].stdout
    assert line.startswith("ConnectionResetError: [Errno 104]")


def test_the_server_sends_only_after_a_receive_has_returned_nothing(observed):
    *_, end = observed.server["server.py"].calls("recv", of=SORTING)
    (send,) = observed.server["server.py"].calls("send", of=SORTING)
    assert end.result == b""
    assert end.ended_ns <= send.began_ns


def test_the_clients_receive_is_told_that_the_connection_was_reset(observed):
    (receive,) = observed.client["hangup_client.py"].calls("recv", of=HANGING_UP)
    assert receive.error == "ECONNRESET"
