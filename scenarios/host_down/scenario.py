"""TCP survives a cut network but not a dead host"""

from lab import Partition, PowerCut, Program, Scenario, Tcp

DEMO = Tcp(15040)


def steps(lab):
    lab.remote.start(Program("server.py", listens_on=DEMO, serves=True))

    cut = lab.client.start(Program("client.py", "remote"), name="cut", interactive=True)
    cut.wait_for_line("connected")
    with lab.fault(Partition(), on="middle"):
        speak_in_vain(lab, cut, "into the cut")
    with lab.waits():
        cut.wait_for_line("back came: into the cut")
    cut.write("", end=True)
    lab.client.finish(cut)

    watchful = lab.client.start(Program("watchful.py", "remote"))
    watchful.wait_for_line("connected")
    with lab.fault(Partition(), on="middle"), lab.waits():
        lab.client.finish(watchful, within=40)

    power = Program("client.py", "remote", fails=1)
    power = lab.client.start(power, name="power", interactive=True)
    power.wait_for_line("connected")
    power.write("before\n")
    power.wait_for_line("back came: before")
    with lab.fault(PowerCut(), at="remote"):
        speak_in_vain(lab, power, "anybody there?")
    with lab.waits():
        lab.client.finish(power)


def speak_in_vain(lab, client, words):
    """Have a client speak, and wait until its kernel holds what nobody has acknowledged."""

    def is_unanswered():
        return client.has_ended or any(socket.send_queue for socket in lab.client.sockets(DEMO))

    client.write(f"{words}\n")
    with lab.waits():
        lab.wait_until(is_unanswered, within=2)


scenario = Scenario(
    part="F", lectures=[6], hosts=("client", "router", "router2", "remote"), steps=steps
)


def talk(observed, program, at="client"):
    """Return the conversation of one of the client's programs."""
    return observed.conversation(DEMO, at=at, during=observed.client[program])


def keep_alives(observed, at):
    """Return the segments at a host that ask whether the other end is still there."""
    events = talk(observed, "watchful.py", at).events
    return [event for event in events if "keep-alive" in event.notes]


def test_a_cut_that_heals_is_nothing_but_a_pause_to_the_programs(observed):
    assert observed.client["cut"].stdout == ["connected", "back came: into the cut"]
    assert observed.client["cut"].exit_status == 0


def test_what_was_said_into_the_cut_was_sent_again_until_it_got_through(observed):
    sent = talk(observed, "cut").data_segments("client")
    assert len(sent) >= 2
    assert {(segment.payload, segment.sequence) for segment in sent} == {(b"into the cut\n", 1)}
    assert len(talk(observed, "cut", at="remote").data_segments("client")) < len(sent)


def test_who_asks_now_and_then_learns_that_nobody_answers(observed):
    connected, error = observed.client["watchful.py"].stdout
    assert connected == "connected"
    assert error.startswith("TimeoutError: ")


def test_a_keepalive_probe_is_an_empty_segment_with_an_old_number_and_nothing_comes_back(observed):
    assert len(keep_alives(observed, at="client")) >= 2
    assert keep_alives(observed, at="remote") == []


def test_a_host_that_was_without_power_knows_nothing_of_the_connection(observed):
    assert observed.client["power"].stdout == ["connected", "back came: before"]
    (error,) = observed.client["power"].stderr
    assert error.startswith("ConnectionResetError: ")


def test_its_kernel_answers_with_a_reset_once_it_is_back(observed):
    conversation = talk(observed, "power")
    assert conversation.data_segments("client", carrying=b"anybody there?\n") != []
    assert conversation.resets[0].sender == "server"
