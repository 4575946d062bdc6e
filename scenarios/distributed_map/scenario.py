"""Four workers share a job, and one of them is lost"""

import json
from hashlib import sha256

import pytest

from lab import Program, Scenario, Tcp

WORK, MORTAL = Tcp(15100), Tcp(15101)
WORKERS = ("worker1", "worker2", "worker3", "worker4")
SHARES, TURN_NS = 8, 100_000_000
TEAMS = {
    "one": ["worker1:15100"],
    "four": [f"{host}:15100" for host in WORKERS],
    "lost": ["worker1:15100", "worker2:15100", "worker3:15101", "worker4:15100"],
}


def steps(lab):
    for host in WORKERS:
        lab.host(host).start(Program("worker.py", 15100, listens_on=WORK, serves=True))
    lab.worker3.start(Program("worker.py", 15101, 1, listens_on=MORTAL), name="mortal")
    for team, waits in (("one", 0.8), ("four", 0.2), ("lost", 0.3)):
        program = Program("spread.py", "{word}", *TEAMS[team], waits=waits)
        lab.client.run(program, name=team)


scenario = Scenario(part="G", hosts=["client", *WORKERS], steps=steps, deadline=30)


def talks(observed, team):
    return observed.conversations(WORK, MORTAL, during=observed.client[team])


def turns(talk):
    """Return when each share was sent to a worker, and when its result came."""
    times = [message.time_ns for message in talk.messages]
    return [*zip(times[::2], times[1::2], strict=True)]


def took(observed, team):
    """Return the nanoseconds from the first share that was sent to the last result that came."""
    times = [message.time_ns for talk in talks(observed, team) for message in talk.messages]
    return max(times) - min(times)


def shares(observed, team):
    """Return the shares that each worker of a team was sent, and those that it answered."""
    sent, done = {}, {}
    for talk in talks(observed, team):
        host = observed.host_of(talk.server)
        sent[host] = [json.loads(line)["number"] for line in talk.sent.splitlines()]
        done[host] = [json.loads(line)["number"] for line in talk.received.splitlines()]
    return sent, done


@pytest.mark.parametrize("team", TEAMS)
def test_every_team_finds_all_results(observed, team):
    texts = [f"{observed.word} {number}".encode() for number in range(SHARES)]
    results = [sha256(text).hexdigest()[:8] for text in texts]
    assert observed.client[team].stdout[-1] == " ".join(results)
    crossed = b"".join(talk.received for talk in talks(observed, team))
    answers = {each["number"]: each["result"] for each in map(json.loads, crossed.splitlines())}
    assert [answers[number] for number in sorted(answers)] == results


def test_one_worker_does_all_shares_one_after_the_other(observed):
    sent, done = shares(observed, "one")
    assert sent == done == {"worker1": [*range(SHARES)]}
    assert observed.client["one"].stdout[0] == "worker1 did 8 shares"
    assert took(observed, "one") >= SHARES * TURN_NS


def test_four_workers_work_at_once_and_never_take_less_than_a_quarter_of_the_turns(observed):
    _, done = shares(observed, "four")
    assert sorted(done) == [*WORKERS]
    assert sorted(number for each in done.values() for number in each) == [*range(SHARES)]
    spans = [span for talk in talks(observed, "four") for span in turns(talk)]
    assert max(sum(a <= start < b for a, b in spans) for start, _ in spans) > 1
    assert took(observed, "four") >= SHARES / len(WORKERS) * TURN_NS
    ((said,),) = observed.client["four"].findall(r"took the time of ([\d.]+) turns$")
    assert float(said) >= round(took(observed, "four") / TURN_NS, 1)


def test_the_share_of_a_lost_worker_is_done_again_by_another(observed):
    sent, done = shares(observed, "lost")
    (share,) = [number for number in sent["worker3"] if number not in done["worker3"]]
    assert f"worker3 is lost, and share {share} goes back" in observed.client["lost"].stdout
    others = [host for host in WORKERS if host != "worker3" and share in done[host]]
    assert len(others) == 1
    text = f"took {observed.word} {share}"
    assert observed.worker3["mortal"].stdout[-1] == text
    assert text in observed.host(others[0])["worker.py"].stdout
