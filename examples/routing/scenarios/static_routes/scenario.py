"""A static route stays until somebody changes it"""

from lab import Command, LinkDown, Program, Scenario, Tcp, tools

TALK = Tcp(15090)
ROUTERS = ("r1", "r2", "r3")
NEAR, STRAIGHT, FAR, THERE, BACK = range(5)


def steps(lab):
    for router in ROUTERS:
        lab.host(router).run(Program("configure.py", "static", traced=False))
    watch = {"serves": True, "traced": False}
    there = lab.r1.start(Program("way.py", "{server}", **watch))
    back = lab.r2.start(Program("way.py", "{client}", **watch))
    lab.server.start(Program("server.py", "{answer}", listens_on=TALK))
    leads(lab, {there: STRAIGHT, back: STRAIGHT})

    client = lab.client.start(Program("client.py", "server"), interactive=True)
    client.wait_for_line("connected")
    speak(lab, client, lab.word)
    with lab.fault(LinkDown(), at="r2", on="straight"):
        leads(lab, {back: BACK})
        client.write(f"{lab.word2}\n")
        with lab.waits():
            lab.client.run(Command("ping", "-{version}", "-c2", "-W1", "server", fails=1))
        lab.r1.run(Program("configure.py", "roundabout", traced=False))
        leads(lab, {there: THERE})
        with lab.waits():
            client.wait_for_line(f"heard {lab.word2}", within=90)
        speak(lab, client, lab.word3)
        client.write("", end=True)
        client.wait()


def leads(lab, ways):
    """Wait until the way that each of these programs watches begins in its network."""

    def all_do():
        now = {program: program.transcript().stdout[-1:] for program in ways}
        return now == {program: [f"over network {ways[program]}"] for program in ways}

    with lab.waits():
        lab.wait_until(all_do, within=90)


def speak(lab, client, word):
    """Have the client say a word, and wait for the answer."""
    client.write(f"{word}\n")
    client.wait_for_line(f"heard {word}", within=90)


scenario = Scenario(
    hosts=("client", *ROUTERS, "server"),
    steps=steps,
    deadline=60,
    files={
        "r1": ("static-r1.conf", "roundabout-r1.conf"),
        "r2": "static-r2.conf",
        "r3": "static-r3.conf",
    },
)


def routers_passed(observed, word):
    """Return how many routers the word had passed when it came to the server, each time."""
    said = observed.conversation(TALK, at="server").data_segments("client", carrying=word.encode())
    assert said != []
    return {64 - segment.packet.ip.hops_left for segment in said}


def test_one_connection_carries_all_three_words(observed):
    words = (observed.word, observed.word2, observed.word3)
    answers = [f"{observed.answer} heard {word}" for word in words]
    assert observed.client["client.py"].stdout == [
        "connected",
        *(f"back came: {each}" for each in answers),
    ]
    conversation = observed.conversation(TALK)
    assert conversation.sent == "".join(f"{word}\n" for word in words).encode()
    assert conversation.resets == ()


def test_the_router_whose_card_is_down_takes_its_other_way_by_itself(observed):
    ways = [way for way in observed.r2["way.py"].stdout if way != "no way"]
    assert ways[:2] == [f"over network {STRAIGHT}", f"over network {BACK}"]


def test_the_router_at_the_other_end_leads_packets_into_the_cut(observed):
    assert tools.ping(observed.client["ping"]).received == 0
    word = observed.word2.encode()
    said = observed.conversation(TALK).data_segments("client", carrying=word)
    arrived = observed.conversation(TALK, at="server").data_segments("client", carrying=word)
    assert len(arrived) < len(said)


def test_the_way_is_longer_once_somebody_has_changed_the_route(observed):
    assert routers_passed(observed, observed.word) == {2}
    assert routers_passed(observed, observed.word2) == {3}
    assert routers_passed(observed, observed.word3) == {3}


def test_the_routers_tell_each_other_nothing(observed):
    for router, network in (("r1", "straight"), ("r1", "there"), ("r3", "back")):
        packets = observed.packets(router, on=network)
        ports = {end.port for each in packets for end in (each.source, each.destination) if end}
        assert packets != []
        assert "ospf" not in {packet.protocol for packet in packets}
        assert ports.isdisjoint({520, 521, 179})
