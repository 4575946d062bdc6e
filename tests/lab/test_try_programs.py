"""Any two programs are tried whatever they are called, with the modules that lie beside them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from lab_clone import Said

SERVER = """
import socket
from common import WORD
with socket.create_server(("", 15000)) as listener:
    listener.accept()[0].sendall(WORD)
"""
CLIENT = """
import socket, sys
from common import WORD
print(socket.create_connection((sys.argv[1], 15000)).recv(9), WORD)
"""


@pytest.mark.parametrize(
    "names", [("same.py", "same.py"), ("__main__.py", ".x.py"), ("scenario.py", "breaks.py")]
)
def test_any_two_programs_of_whatever_names_come_with_the_modules_beside_them(
    lab: Callable[..., Said], tmp_path: Path, names: tuple[str, str]
) -> None:
    paths = []
    for folder, name, text in zip("ab", names, (SERVER, CLIENT), strict=True):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "common.py").write_text(f"WORD = b'of {folder}'")
        (tmp_path / folder / name).write_text(text)
        paths.append(str(tmp_path / folder / name))
    said = lab("try", *paths, "--port", "15000", "-w", str(tmp_path / "kept"))
    assert said.status == 0, said.text
    assert "b'of a' b'of b'" in said.stdout


def test_a_client_that_asks_gets_what_is_to_be_typed(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    (tmp_path / "common.py").write_text("WORD = b'hi'")
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "client.py").write_text(f"{CLIENT}\nprint(input('say: ') + input('more: '))\n")
    paths = [str(tmp_path / name) for name in ("server.py", "client.py")]
    typed = ("--typed", "violet", "--typed", "garden")
    said = lab("try", *paths, "--port", "15000", *typed, "-w", str(tmp_path / "kept"))
    assert said.status == 0, said.text
    for words in ("⌨ violet", "⌨ garden", "│ say:", "│ more:", "│ violetgarden"):
        assert words in said.stdout


def test_a_server_or_a_client_that_wants_other_arguments_is_told_how_to_give_them(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    wants = "import argparse\nparser = argparse.ArgumentParser()\n"
    wants += (
        "for name in ('host', 'port', 'word'): parser.add_argument(name)\nparser.parse_args()\n"
    )
    (tmp_path / "common.py").write_text("WORD = b'hi'")
    (tmp_path / "server.py").write_text(SERVER)
    for side, names in (
        ("server", ("wants.py", "server.py")),
        ("client", ("server.py", "wants.py")),
    ):
        (tmp_path / "wants.py").write_text(wants)
        said = lab("try", *(str(tmp_path / name) for name in names))
        assert said.status == 1, said.text
        assert f"Try: --{side}-args WORDS, since wants.py was called with" in said.stdout
        assert 'said "usage: wants.py [-h] host port word"' in said.stdout


@pytest.mark.parametrize("kind", ["link", "pipe", "missing"])
def test_a_link_or_a_pipe_is_no_program_to_try(
    lab: Callable[..., Said], tmp_path: Path, kind: str
) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    path = tmp_path / "client.py"
    if kind == "link":
        path.symlink_to(tmp_path / "server.py")
    elif kind == "pipe":
        os.mkfifo(path)
    said = lab("try", str(tmp_path / "server.py"), str(path), "--port", "15000")
    assert said.status == 2, said.text
    assert said.is_clear("client.py", {"link": "link", "pipe": "plain", "missing": "no"}[kind])


def test_what_is_the_user_s_in_the_folder_stays_and_is_not_written_over(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    (kept / "files").mkdir(parents=True)
    (tmp_path / "common.py").write_text("WORD = b'hi'")
    for name, text in (("server.py", SERVER), ("client.py", CLIENT)):
        (tmp_path / name).write_text(text)
    own = [kept / "homework.pcap", kept / "files" / "thesis.tex"]
    for path in own:
        path.write_text("mine")
    words = ("try", *(str(tmp_path / f"{each}.py") for each in ("server", "client")))
    for _ in range(2):
        said = lab(*words, "--port", "15000", "-w", str(kept))
        assert said.status == 0, said.text
        assert [path.read_text() for path in own] == ["mine", "mine"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "client.pcap").write_text("mine")
    said = lab(*words, "--port", "15000", "-w", str(tmp_path / "other"))
    assert said.status == 2
    assert said.is_clear("client.pcap would be overwritten")
    assert (tmp_path / "other" / "client.pcap").read_text() == "mine"
