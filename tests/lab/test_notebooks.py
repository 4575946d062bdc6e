"""Notebooks and the page on Python: each cell and each block is executed, as a reader would."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from lab_clone import ROOT, Clone
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
WITHIN = 600
Executed = Callable[..., list[Any]]


@pytest.fixture
def executed(this_lab: Clone, monkeypatch: pytest.MonkeyPatch) -> Executed:
    """Give what executes the cells of a notebook in this clone, and returns them."""
    monkeypatch.setenv("SOCKETLAB_ROOT", str(this_lab.root))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")

    def execute(book: Any, **how: Any) -> list[Any]:
        resources = {"metadata": {"path": str(this_lab.root)}}
        NotebookClient(book, timeout=WITHIN, resources=resources, **how).execute()
        return [cell for cell in book.cells if cell.cell_type == "code"]

    return execute


def of_sources(*sources: str) -> Any:
    """Return a notebook that has these cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells)


def shown(cell: Any) -> dict[str, str]:
    """Return what a cell shows of its last value, by media type."""
    found = [each["data"] for each in cell.outputs if each.output_type == "execute_result"]
    assert len(found) == 1, cell.outputs
    return dict(found[0])


def printed(cell: Any) -> str:
    """Return what a cell printed."""
    return "".join(each.text for each in cell.outputs if each.get("name") == "stdout")


def test_the_first_notebook_shows_a_run_asks_it_and_plays_programs_of_its_own(
    executed: Executed,
) -> None:
    book = nbformat.read(ROOT / "examples" / "first.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells), "commit it without results"
    run, story, said, talk, packets, sent, several, _, own, error = executed(book)
    assert shown(run)["text/plain"] == "✔ tcp_connect · IPv4 · 10 of 10 expectations hold"
    assert 'sandbox="allow-scripts"' in shown(run)["text/html"]
    assert "──── SYN ────" in printed(story)
    assert "Goodbye" in shown(said)["text/plain"]
    assert shown(talk)["text/plain"].endswith("'server')")
    assert "<td>SYN</td>" in shown(packets)["text/html"]
    assert re.fullmatch(r"\{'client': \d+, 'server': \d+\}", shown(sent)["text/plain"])
    assert [*map(str.split, printed(several).splitlines())][1][3] == "IPv6"
    assert "no expectations" in shown(own)["text/plain"]
    assert "you said hello" in shown(own)["text/html"]
    assert "did you mean tcp_connect" in printed(error)


def test_what_the_page_on_python_says_can_be_done(executed: Executed) -> None:
    blocks = BLOCKS.findall(PAGE)
    assert len(blocks) > 5
    executed(of_sources(*blocks))


def test_two_cells_are_a_server_and_a_client(executed: Executed) -> None:
    server = """%%socketlab server.py
import socket
with socket.create_server(("", 5001)) as listener:
    listener.accept()[0].sendall(b"hello")
"""
    client = """%%socketlab client.py --port 5001 --client-args "server 5001"
import socket, sys
print(socket.create_connection((sys.argv[1], int(sys.argv[2]))).recv(100))
"""
    _, kept, played = executed(of_sources("%load_ext lab", server, client))
    assert printed(kept) == "server.py is kept; a cell with %%socketlab client.py runs it\n"
    assert "TCP 5001" in shown(played)["text/html"] or ":5001" in shown(played)["text/html"]


def test_an_error_is_told_without_a_traceback(executed: Executed) -> None:
    with pytest.raises(CellExecutionError) as caught:
        executed(of_sources("import lab", "lab.run('tcp_conect')"))
    assert "lab: looking for scenario 'tcp_conect'" in caught.value.traceback
    assert "Try: did you mean tcp_connect" in caught.value.traceback
    assert "session.py" not in caught.value.traceback
