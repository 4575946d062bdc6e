"""TCP survives a cut network but not a dead host"""

from lab import Partition, PowerCut, Program, Scenario, Tcp

DEMO = Tcp(15040)


def steps(lab):
    lab.remote.start(Program("server.py", "{answer}", listens_on=DEMO, serves=True))

    cut = connected(lab, Program("client.py", "remote", name="cut"))
    with lab.fault(Partition(), on="middle") as partition:
        speak_in_vain(lab, cut, lab.word)
        lab.wait_until(partition.has_met)
    with lab.waits():
        cut.wait_for_line(f"back came: {lab.answer} heard {lab.word}", within=20)
    cut.write("", end=True)
    cut.wait()

    watchful = connected(lab, Program("watchful.py", "remote"))
    with lab.fault(Partition(), on="middle"), lab.waits():
        lab.client.finish(watchful, within=40)

    power = connected(lab, Program("client.py", "remote", fails=1, name="power"))
    power.write(f"{lab.word2}\n")
    power.wait_for_line(f"back came: {lab.answer} heard {lab.word2}")
    with lab.fault(PowerCut(), at="remote"):
        speak_in_vain(lab, power, lab.word3)
    with lab.waits():
        power.wait(within=20)


def connected(lab, program):
    client = lab.client.start(program, interactive=True)
    client.wait_for_line("connected")
    return client


def speak_in_vain(lab, client, word):
    """Have a client speak, and wait until its kernel holds what nobody has acknowledged."""
    client.write(f"{word}\n")
    with lab.waits():
        lab.wait_until(lambda: any(socket.send_queue for socket in lab.client.sockets(DEMO)))


scenario = Scenario(
    part="F", lectures=[6], hosts=("client", "router", "router2", "remote"), steps=steps
)


def talk(observed, program, at="client"):
    """Return the conversation of one of the client's programs."""
    return observed.conversation(DEMO, at=at, during=observed.client[program])


def test_a_cut_that_heals_is_nothing_but_a_pause_to_the_programs(observed):
    answer = f"{observed.answer} heard {observed.word}"
    assert observed.client["cut"].stdout == ["connected", f"back came: {answer}"]
    for host in ("client", "remote"):
        conversation = talk(observed, "cut", at=host)
        assert conversation.turns == ["client", "server"]
        assert conversation.received == f"{answer}\n".encode()


def test_what_was_said_into_the_cut_was_sent_again_until_it_got_through(observed):
    sent = talk(observed, "cut").data_segments("client")
    assert len(sent) >= 2
    said = {(segment.payload, segment.sequence) for segment in sent}
    assert said == {(f"{observed.word}\n".encode(), 1)}
    assert len(talk(observed, "cut", at="remote").data_segments("client")) < len(sent)


def test_who_asks_now_and_then_learns_that_nobody_answers(observed):
    connected, error = observed.client["watchful.py"].stdout
    assert (connected, error[:14]) == ("connected", "TimeoutError: ")


def test_a_keepalive_probe_is_an_empty_segment_with_an_old_number_and_nothing_comes_back(observed):
    assert len(talk(observed, "watchful.py").keep_alives) >= 2
    assert talk(observed, "watchful.py", at="remote").keep_alives == ()


def test_a_host_that_was_without_power_knows_nothing_of_the_connection(observed):
    answer = f"{observed.answer} heard {observed.word2}"
    assert observed.client["power"].stdout == ["connected", f"back came: {answer}"]
    assert talk(observed, "power").received == f"{answer}\n".encode()
    (error,) = observed.client["power"].stderr
    assert error.startswith("ConnectionResetError: ")


def test_its_kernel_answers_with_a_reset_once_it_is_back(observed):
    conversation = talk(observed, "power")
    assert conversation.data_segments("client", carrying=observed.word3.encode()) != []
    assert conversation.resets[0].sender == "server"
