"""Routers find another way, and a conversation survives"""

from pathlib import Path

from lab import LinkDown, Program, Scenario, Tcp

PROTOCOL = "ospf"  # or "rip", or "bgp": the same story

TALK = Tcp(15090)
ROUTERS = ("r1", "r2", "r3")
CONFIGURATION = [path.name for path in Path(__file__).parent.glob(f"{PROTOCOL}*.conf")]
NEAR, STRAIGHT, FAR, THERE, BACK = range(5)


def steps(lab):
    for router in ROUTERS:
        lab.host(router).run(Program("configure.py", PROTOCOL, traced=False))
    watch = {"serves": True, "traced": False}
    there = lab.r1.start(Program("way.py", "{server}", **watch))
    back = lab.r2.start(Program("way.py", "{client}", **watch))
    lab.server.start(Program("server.py", "{answer}", listens_on=TALK))
    leads(lab, {there: STRAIGHT, back: STRAIGHT})

    client = lab.client.start(Program("client.py", "server"), interactive=True)
    client.wait_for_line("connected")
    speak(lab, client, lab.word)
    with lab.fault(LinkDown(), at="r2", on="straight"):
        leads(lab, {there: THERE, back: BACK})
        speak(lab, client, lab.word2)
    leads(lab, {there: STRAIGHT, back: STRAIGHT})
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
    """Have the client say a word, and wait for the answer; on a busy way it is sent again."""
    client.write(f"{word}\n")
    with lab.waits():
        client.wait_for_line(f"heard {word}", within=90)


scenario = Scenario(
    hosts=("client", *ROUTERS, "server"),
    steps=steps,
    deadline=60,
    files=dict.fromkeys(ROUTERS, CONFIGURATION),
)


def routers_passed(observed, word):
    """Return how many routers the word had passed when it came to the server, each time."""
    said = observed.conversation(TALK, at="server").data_segments("client", carrying=word.encode())
    assert said != []
    return {64 - segment.packet.ip.hops_left for segment in said}


def test_one_connection_carries_all_three_words(observed):
    words = (observed.word, observed.word2, observed.word3)
    answers = [f"{observed.answer} heard {word}" for word in words]
    assert observed.client.stdout == ["connected", *(f"back came: {each}" for each in answers)]
    conversation = observed.conversation(TALK)
    assert conversation.sent == "".join(f"{word}\n" for word in words).encode()
    assert conversation.resets == ()


def test_the_way_is_two_routers_long_then_three_then_two(observed):
    assert routers_passed(observed, observed.word) == {2}
    assert routers_passed(observed, observed.word2) == {3}
    assert routers_passed(observed, observed.word3) == {2}


def test_only_the_second_word_goes_by_way_of_the_third_router(observed):
    passed = observed.conversation(TALK, at="r3").data_segments("client")
    assert {segment.payload for segment in passed} == {f"{observed.word2}\n".encode()}


def tells_ways(packet):
    """Whether it is one of OSPF, of RIP (RIPng has port 521), or of BGP."""
    ports = {end.port for end in (packet.source, packet.destination) if end}
    return packet.protocol == "ospf" or not ports.isdisjoint({520, 521, 179})


def test_neighbours_tell_each_other_the_ways(observed):
    between = {"r2": ("r1", "straight"), "r3": ("r1", "there")}
    for neighbour, (router, network) in between.items():
        told = [packet for packet in observed.packets(router, on=network) if tells_ways(packet)]
        assert {observed.host_of(packet.ip.source) for packet in told} == {router, neighbour}
