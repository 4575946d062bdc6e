"""An expectation that itself breaks says what was not seen, or that it is wrong itself."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from itertools import count
from pathlib import Path
from textwrap import dedent, indent

import pytest
from played import hello

from lab.suite.broken import is_a_slip, not_seen, slip
from lab.wire.question import remembering

Broken = Callable[[str], str]

_numbers = count()


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Broken:
    """Give a function that has an expectation of this body break, and returns what is told."""
    monkeypatch.syspath_prepend(tmp_path)

    def tell(body: str) -> str:
        name = f"breaking_{next(_numbers)}"
        path = tmp_path / f"{name}.py"
        lines = indent(dedent(body).strip(), "    ")
        path.write_text(
            f"from lab import Tcp\nDEMO = Tcp(15000)\ndef test_it(observed):\n{lines}\n"
        )
        pytest.register_assert_rewrite(name)
        module = importlib.import_module(name)
        with remembering() as asked, pytest.raises(Exception) as failure:  # noqa: PT011
            module.test_it(hello().observation())
        if is_a_slip(failure.value):
            return slip(failure.value, path).replace(name, "scenario")
        return not_seen(failure.value, path, asked) or ""

    return tell


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "(talk,) = observed.conversations(Tcp(9))",
            "no conversation with TCP 9 was seen",
        ),
        (
            "one, other = observed.conversations(DEMO, at='server')",
            "1 conversation with TCP 15000 at server was seen, and 2 were expected",
        ),
        (
            "(line,) = observed.client.stdout",
            "3 lines printed by client were seen, and 1 was expected",
        ),
        (
            "first, *rest = observed.client.stderr",
            "no line printed to stderr by client was seen",
        ),
        (
            "[(word,)] = observed.client['client.py'].findall('Au{2}f (.+)')",
            "no line of client.py on client with 'Au{2}f (.+)' was seen",
        ),
        (
            "lines = observed.client.stderr\nobserved.conversation(DEMO).fins\n[one] = lines",
            "no line printed to stderr by client was seen",
        ),
        (
            "(reset,) = observed.conversation(DEMO).resets",
            "no reset in the conversation with 10.77.0.20:15000 was seen",
        ),
        (
            "[end] = [fin for fin in observed.conversation(DEMO).fins if fin.length]",
            "nothing was seen of what "
            "`[fin for fin in observed.conversation(DEMO).fins if fin.length]` looks for,"
            " and 1 was expected",
        ),
        (
            "for word, number in [line.split() for line in observed.client.stdout]:\n    pass",
            "`(word, number)` gave 1, and 2 were expected",
        ),
        (
            "(only,) = observed.conversation(DEMO).packets",
            "`observed.conversation(DEMO).packets` gave more, and 1 was expected",
        ),
        (
            "from lab import Routes\n(route,) = Routes(observed).carrying(b'Aloha')",
            "no route of a packet with b'Aloha' was seen",
        ),
        (
            "(name,) = observed.name_lookups('nobody').names",
            "no name that was asked for was seen",
        ),
    ],
)
def test_what_was_unpacked_and_is_not_there_is_named_by_what_was_asked(
    broken: Broken, body: str, told: str
) -> None:
    assert broken(body) == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "assert observed.client.stdout[3] == 'x'",
            "3 lines printed by client were seen, and line 4 was asked for",
        ),
        (
            "lines = observed.client.stderr\nassert observed.server.stdout\nlines[-1]",
            "no line printed to stderr by client was seen",
        ),
        (
            "for number in range(5):\n    observed.conversation(DEMO).fins[number]",
            "2 FINs in the conversation with 10.77.0.20:15000 were seen, and FIN 3 was asked for",
        ),
        (
            "observed.http(Tcp(80)).responses[0].status",
            "no HTTP response was seen",
        ),
        (
            "observed.client.stdout[0].split()[7]",
            "`observed.client.stdout[0].split()` was too short:"
            " `observed.client.stdout[0].split()[7]` was asked for",
        ),
    ],
)
def test_an_element_that_is_not_there_is_named_by_what_was_asked(
    broken: Broken, body: str, told: str
) -> None:
    assert broken(body) == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "next(line for line in observed.client.stdout if line == 'x')",
            "nothing was seen of what"
            " `next((line for line in observed.client.stdout if line == 'x'))` looks for",
        ),
        (
            "printed = dict(line.split(' ', 1) for line in observed.client.stdout[:1])\n"
            "assert printed['Good'] == 'bye'",
            "'Good' was not seen: `printed['Good']` has no such key",
        ),
        (
            "observed.client.error.startswith('OSError')",
            "`observed.client.error` was not seen",
        ),
        (
            "observed.client.error[0]",
            "`observed.client.error` was not seen",
        ),
        (
            "observed.client.error + 'x'",
            "a part of `observed.client.error + 'x'` was not seen",
        ),
        (
            "1 / len(observed.client.stderr)",
            "nothing was seen to divide by: a part of `1 / len(observed.client.stderr)` is 0",
        ),
        (
            "max(observed.client.stderr)",
            "nothing was seen of what `max(observed.client.stderr)` looks for",
        ),
        (
            "for line in observed.client.stderr:\n    last = line\nassert last",
            "nothing was seen that sets `last`: no loop came to it",
        ),
        (
            "int(observed.client.stdout[0])",
            "`int(observed.client.stdout[0])` was not to be had of what was seen:"
            " invalid literal for int() with base 10: 'Hello Yourself'",
        ),
    ],
)
def test_whatever_else_breaks_names_what_was_not_seen(broken: Broken, body: str, told: str) -> None:
    assert broken(body) == told


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("obsrved.client", "NameError: name 'obsrved' is not defined"),
        ("import nothing_of_the_kind", "ModuleNotFoundError: No module named"),
        ("observed.client.stduot", "AttributeError: 'HostObservation' object has no attribute"),
        ("observed.nobody", "AttributeError: no host 'nobody' took part"),
        ("observed.packets()", "TypeError: Observation.packets() missing 1 required"),
        ("observed.client()", "TypeError: 'HostObservation' object is not callable"),
    ],
)
def test_a_teachers_slip_is_called_one(broken: Broken, body: str, told: str) -> None:
    words = broken(body)
    assert words.startswith(
        f"scenario.py, line 4: the expectation itself is wrong, whatever the programs do: {told}"
    )
    assert words.endswith("Try: mend scenario.py")


def test_what_is_asked_is_remembered_only_where_somebody_wants_it() -> None:
    observation = hello().observation()
    with remembering() as asked:
        assert observation.client.stdout[0]
        assert observation.conversations("tcp")[0].closed_first == "server"
    assert [each.name for each in asked] == ["stdout", "conversations", "closed_first"]
    assert observation.client.stdout
    assert len(asked) == 3
    assert type(observation.client.stdout) is list  # as ever: no list of a strange kind
