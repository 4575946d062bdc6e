"""Dask spreads the same job and keeps its queue"""

import re
from collections import Counter
from hashlib import sha256

import pytest

from lab import Program, Scenario, Tcp

SCHEDULER, WORKER = Tcp(8786), Tcp(8788)
WORKERS = ("worker1", "worker2", "worker3", "worker4")
TEAMS = {"one": WORKERS[:1], "four": WORKERS, "lost": WORKERS}
SHARES, TURN_NS = 8, 100_000_000
PLAN = Program("scheduler.py", "scheduler", 8786, serves=True, traced=False)
GIVEN = rb"compute-task\xa3key.%s-"  # In MessagePack, a3 begins a string of three bytes.
DONE = re.compile(rb"\xa3key.([a-z]+-\d)\xa6nbytes.*?task-finished", re.DOTALL)


def steps(lab):
    lab.scheduler.start(PLAN).wait_for_line("open at", within=100)
    for job, new in (("one", WORKERS[:1]), ("four", WORKERS[1:]), ("lost", ())):
        for host in new:
            words = ["tcp://scheduler:8786", *(["lost"] if host == "worker3" else [])]
            work = Program("worker.py", *words, serves=True, traced=False)
            lab.host(host).start(work)
        words = ["tcp://scheduler:8786", job, "{word}", len(TEAMS[job])]
        lab.submit.run(Program("spread.py", *words, traced=False), name=job)


# Programs are ended in this order, and workers complain where their scheduler is gone.
scenario = Scenario(part="G", hosts=["submit", *WORKERS, "scheduler"], steps=steps, deadline=150)


def tasks(observed, job):
    """Return when workers were given shares of a job, and when each share was done, by whom."""
    given, done = [], {}
    for talk in observed.conversations(SCHEDULER):
        host = observed.host_of(talk.client)
        found = [each for each in talk.messages if re.search(GIVEN % job.encode(), each.data)]
        given += [(each.time_ns, host) for each in found]
        for segment in talk.data_segments("client"):
            for name in map(bytes.decode, DONE.findall(segment.payload)):
                done.setdefault(name, (segment.time_ns, host))
    return given, {name: each for name, each in done.items() if name.startswith(job)}


def took(observed, job):
    """Return the nanoseconds from the first share that was given to the last that was done."""
    given, done = tasks(observed, job)
    return max(done.values())[0] - min(given)[0]


@pytest.mark.parametrize("job", TEAMS)
def test_every_job_finds_all_results(observed, job):
    texts = [f"{observed.word} {number}".encode() for number in range(SHARES)]
    results = [sha256(text).hexdigest()[:8] for text in texts]
    assert observed.submit[job].stdout[-1] == " ".join(results)
    asked = observed.conversations(SCHEDULER, at="submit", during=observed.submit[job])
    heard = b"".join(talk.received for talk in asked)
    assert all(result.encode() in heard for result in results)


@pytest.mark.parametrize("job", TEAMS)
def test_each_share_is_done_once_and_by_whom_it_is_said(observed, job):
    _, done = tasks(observed, job)
    assert sorted(done) == [f"{job}-{number}" for number in range(SHARES)]
    counted = Counter(host for _, host in done.values())
    assert {*counted} <= {*TEAMS[job]}
    said = [f"{host} did {number} shares" for host, number in sorted(counted.items())]
    assert observed.submit[job].stdout[:-2] == said


def test_the_function_goes_over_the_wire_with_each_share(observed):
    talks = observed.conversations(SCHEDULER)
    given = [each for talk in talks for each in talk.messages if b"compute-task" in each.data]
    assert given
    assert all(b"sha256" in each.data and b"gethostname" in each.data for each in given)


def test_a_result_stays_with_its_worker_until_the_scheduler_fetches_it(observed):
    fetched = observed.conversations(WORKER)
    assert {observed.host_of(talk.client) for talk in fetched} == {"scheduler"}
    heard = b"".join(talk.received for talk in fetched)
    assert all(each.encode() in heard for each in observed.submit["one"].stdout[-1].split())


def test_four_workers_work_at_once_and_never_take_less_than_a_quarter_of_the_turns(observed):
    assert took(observed, "one") >= SHARES * TURN_NS
    given, done = tasks(observed, "four")
    assert len({host for time, host in given if time < min(done.values())[0]}) > 1
    assert took(observed, "four") >= SHARES / len(WORKERS) * TURN_NS


def test_the_share_of_a_lost_worker_is_done_again_by_another(observed):
    _, done = tasks(observed, "lost")
    share = observed.worker3["worker.py"].stdout[-1].removeprefix("took ")
    assert (other := done[share][1]) != "worker3"
    assert f"took {share}" in observed.host(other)["worker.py"].stdout
    assert observed.scheduler["scheduler.py"].findall(r"(\w+) is gone")[0] == ("worker3",)
