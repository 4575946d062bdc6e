"""A person types a word, which a server answers by UDP and keeps"""

import pytest

from lab import Command, Family, Program, Scenario, Tcp, Udp, points

WORDS, NOBODY = Udp(15071), Tcp(15072)


def steps(lab):
    server = lab.server.start(
        Program("server.py", "{answer}", listens_on=WORDS, keeps="heard.txt", deadline=8)
    )
    client = lab.client.start(Program("client.py", "server"), interactive=True)
    client.answer("Word? ", lab.word)
    assert client.wait_for_line(lab.answer, within=5)
    lab.client.finish(client)
    lab.server.finish(server)
    lab.client.run(Command("nc", "-z", "-w", "1", "{server}", "15072", fails=1, name="knock"))


scenario = Scenario(
    hosts=["client", "server"],
    families=[Family.IPV4],
    steps=steps,
    files={"server": "greeting.txt"},
    lectures=[6],
    deadline=12,
)


@points(2, hint="Send what was typed, without its line end.")
def test_the_word_crosses_the_wire_and_is_answered(observed):
    conversation = observed.conversation(WORDS)
    assert conversation.said("client") == [observed.word.encode()]
    assert conversation.received.decode() == f"hello, {observed.answer}"


def test_the_client_prints_the_answer(observed):
    printed = observed.client["client.py"]
    assert printed.stdout == [f"Word? hello, {observed.answer}"]
    assert printed.exit_status == 0
    assert [typed.text.strip() for typed in printed.typed] == [observed.word]


@points(hidden=True)
def test_the_server_keeps_the_word(observed):
    assert observed.server["server.py"].files["heard.txt"] == observed.word.encode()


def test_the_answer_came_from_a_call_of_the_server(observed):
    (sent,) = observed.server["server.py"].calls("sendto", of=WORDS)
    assert sent.length == len(f"hello, {observed.answer}")


@pytest.mark.parametrize("sender", ["server"])
def test_where_nobody_listens_the_connection_is_refused(observed, sender):
    conversation = observed.conversation(NOBODY)
    assert conversation.refused
    assert not conversation.established
    assert [reset.sender for reset in conversation.resets] == [sender]
