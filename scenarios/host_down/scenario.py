"""TCP survives a cut network but not a dead host"""

from lab import Partition, PowerCut, Program, Scenario, Tcp

DEMO = Tcp(15040)
SERVER = Program("server.py", listens_on=DEMO)
WITHIN = 6


def steps(lab):
    server = lab.remote.start(SERVER)
    cut_and_healed(lab)
    nobody_there(lab)
    power_lost(lab)
    server.stop()


def cut_and_healed(lab):
    """Have the client speak while the network is cut; its kernel goes on trying."""
    client = lab.client.start(Program("client.py", "remote"), interactive=True)
    client.wait_for_line("connected", WITHIN * lab.deadline_scale)
    with lab.fault(Partition(), on="middle"):
        client.write("into the cut\n")
        with lab.waits():
            lab.wait_until(lambda: has_unanswered(lab, client), within=2)
    with lab.waits():
        client.wait_for_line("back came: into the cut", WITHIN * lab.deadline_scale)
    client.write("", end=True)
    lab.client.finish(client, within=2)


def nobody_there(lab):
    """Have the client wait for a host that has gone, and find that out by asking."""
    watchful = lab.client.start(Program("watchful.py", "remote"))
    watchful.wait_for_line("connected", WITHIN * lab.deadline_scale)
    with lab.fault(Partition(), on="middle"), lab.waits():
        watchful.wait(WITHIN * lab.deadline_scale)
    lab.client.finish(watchful, within=0.1)


def power_lost(lab):
    """Have the server's host lose its power and come back, without a word to the client."""
    client = lab.client.start(Program("client.py", "remote"), interactive=True)
    client.wait_for_line("connected", WITHIN * lab.deadline_scale)
    client.write("before\n")
    client.wait_for_line("back came: before", WITHIN * lab.deadline_scale)
    with lab.fault(PowerCut(), at="remote"):
        client.write("anybody there?\n")
        with lab.waits():
            lab.wait_until(lambda: has_unanswered(lab, client), within=2)
    with lab.waits():
        client.wait(WITHIN * lab.deadline_scale)
    lab.client.finish(client, within=0.1)


def has_unanswered(lab, client):
    """Whether the client's kernel still holds what the other side has not acknowledged."""
    return client.has_ended or any(
        entry.remote and entry.remote.port == DEMO.port and entry.send_queue
        for entry in lab.client.sockets()
    )


scenario = Scenario(
    part="F", lectures=[6], hosts=("client", "router", "router2", "remote"), steps=steps
)


def runs(observed):
    """Return the transcripts of the client's three programs, in their order."""
    return [transcript for transcript in observed.client.transcripts if transcript.lines]


def talks(observed, at="client"):
    return observed.conversations(DEMO, at=at)


def carrying(observed, words, at):
    """Return the client's packets that carry these words, as seen at a host."""
    wanted = f"{words}\n".encode()
    return [
        packet
        for talk in talks(observed, at)
        for packet in talk.packets
        if packet.payload == wanted and packet.source == talk.client
    ]


def test_a_cut_that_heals_is_nothing_but_a_pause_to_the_programs(observed):
    assert runs(observed)[0].stdout == ["connected", "back came: into the cut"]
    assert runs(observed)[0].exit_status == 0


def test_what_was_said_into_the_cut_was_sent_again_until_it_got_through(observed):
    sent = carrying(observed, "into the cut", "client")
    assert len(sent) >= 2
    assert len({packet.tcp.sequence for packet in sent}) == 1
    assert len(carrying(observed, "into the cut", "remote")) < len(sent)


def test_who_asks_now_and_then_learns_that_nobody_answers(observed):
    assert runs(observed)[1].stdout[0] == "connected"
    assert runs(observed)[1].stdout[1].startswith("TimeoutError: ")


def test_a_keepalive_probe_is_an_empty_segment_with_an_old_number_and_nothing_comes_back(observed):
    talk = talks(observed)[1]
    probes = [event for event in talk.events if "keep-alive" in event.notes]
    assert len(probes) >= 2
    seen = [event for event in talks(observed, "remote")[1].events if "keep-alive" in event.notes]
    assert seen == []


def test_a_host_that_was_without_power_knows_nothing_of_the_connection(observed):
    assert runs(observed)[2].stdout == ["connected", "back came: before"]
    (error,) = runs(observed)[2].stderr
    assert error.startswith("ConnectionResetError: ")


def test_its_kernel_answers_with_a_reset_once_it_is_back(observed):
    talk = talks(observed)[2]
    assert carrying(observed, "anybody there?", "client") != []
    (reset, *_) = talk.resets
    assert reset.sender == "server"
