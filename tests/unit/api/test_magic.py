"""%%socketlab: what its line and its cell say, before anything runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lab.api import magic
from lab.api.magic import Cells, load_ipython_extension
from lab.errors import UsageError

BOTH = "# server.py\nserve()\n\n# client.py\ncall()\n"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Give what the magic has had run: the texts of both programs, arguments, options."""
    found: list[Any] = []

    def try_(server: Path, client: Path, *arguments: str, **options: Any) -> None:
        files = {path.name: path.read_text() for path in (server, client)}
        found.append((files, arguments, options))

    monkeypatch.setattr(magic, "try_", try_)
    return found


def test_the_extension_adds_a_cell_magic() -> None:
    added: list[Any] = []
    shell = SimpleNamespace(register_magic_function=lambda *what: added.append(what[1:]))
    load_ipython_extension(shell)
    assert added == [("cell", "socketlab")]


def test_one_cell_with_two_files_is_run(tried: list[Any]) -> None:
    Cells().socketlab("", BOTH)
    files = {"server.py": "# server.py\nserve()\n\n", "client.py": "# client.py\ncall()\n"}
    assert tried == [(files, (), {})]


def test_the_order_of_the_files_and_their_language_are_free(tried: list[Any]) -> None:
    Cells().socketlab("", "// client_a.c\nint main;\n// server.c\nint main;\n")
    assert set(tried[0][0]) == {"client_a.c", "server.c"}


def test_the_options_are_those_of_lab_try(tried: list[Any]) -> None:
    line = "--port 5000 --udp --ipv6 --clients 2 --type 1:a --type b --client-args 'server 5000'"
    Cells().socketlab(line, BOTH)
    options = {"port": 5000, "udp": True, "ipv6": True, "clients": 2, "typed": ("1:a", "b")}
    assert tried[0][1:] == (("server", "5000"), options)


def test_two_cells_are_kept_and_run_with_the_last_of_each(
    tried: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    cells = Cells()
    cells.socketlab("server.py", "first")
    cells.socketlab("server_two.py", "second")
    assert tried == []
    assert "server_two.py is kept" in capsys.readouterr().out
    cells.socketlab("client.py", "call")
    assert tried[0][0] == {"server_two.py": "second", "client.py": "call"}


@pytest.mark.parametrize(
    ("line", "cell", "seen"),
    [
        ("client.py", "call()", "there is no server"),
        ("", "print()", "there are not two"),
        ("", "# server.py\n# server.py\n", "there are not two"),
        ("other.py", "call()", "it is no server and no client"),
        ("../server.py", "call()", "it is no server and no client"),
        ("--port many", BOTH, "'many' is not a valid integer"),
        ("--nothing", BOTH, "No such option"),
        ("'", BOTH, "No closing quotation"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_try(
    tried: list[Any], line: str, cell: str, seen: str
) -> None:
    with pytest.raises(UsageError, match=seen) as caught:
        Cells().socketlab(line, cell)
    assert caught.value.advice
    assert tried == []
