"""All that ``lab try`` can, the keywords of a scenario can: students' programs as they are."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from lab import Family, Program, Scenario, Tcp
from lab.hosts.running_lab import RunningLab
from lab.observation.observation import Observation
from lab.runner.run import observe

STUDENTS = Path(__file__).parents[1] / "students"


def played(network: RunningLab, folder: Path, **keywords: Any) -> Observation:
    observed = observe(network, Scenario(**keywords).placed(folder), Family.IPV4)
    assert observed.inconclusive == ()
    return observed


def test_programs_run_together_are_typed_into_when_they_ask_and_no_port_is_said(
    network: RunningLab,
) -> None:
    def player(name: str, *typed: str) -> Program:
        return Program("rps_client.py", "server", "{server.port}", typed=typed, name=name)

    seen = played(
        network,
        STUDENTS / "rps",
        server=Program("rps_server.py", listens_on="any", serves="perhaps"),
        client=[player("ann", "rock"), player("bob", "stone", "paper")],
        together=True,
        deadline=60,
    )
    assert seen.failures == []
    assert seen.server["rps_server.py"].listens_on == (Tcp(6789),)
    assert seen.client["ann"].arguments == ("server", "6789")
    assert [line.text for line in seen.client["bob"].typed] == ["stone", "paper"]
    for name in ("ann", "bob"):
        assert any("Player 2 wins" in line for line in seen.client[name].stdout)


def test_a_program_imports_what_the_scenario_s_wheels_bring(
    network: RunningLab, tmp_path: Path
) -> None:
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / "shout-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("shout/__init__.py", "def shout(text): return text.upper()")
    (tmp_path / "client.py").write_text("from shout import shout\nprint(shout('violet'))\n")
    seen = played(network, tmp_path, client=Program("client.py"), wheels="wheels")
    assert seen.failures == []
    assert seen.client.stdout == ["VIOLET"]


def test_an_address_of_home_is_replaced_and_clients_are_on_hosts_of_ones_choice(
    network: RunningLab,
) -> None:
    chat = Program("chat_client.py", typed=["ann"])
    seen = played(
        network,
        STUDENTS / "chat",
        server=Program("chat_server.py", listens_on="any", serves="perhaps"),
        client=chat,
        dns=chat,
        together=True,
        replace={"localhost": "server"},
        deadline=60,
    )
    assert seen.failures == []
    for name in ("client", "dns"):
        assert seen.conversations(Tcp(55555), client=name)


def test_a_server_that_ends_by_itself_has_not_served_and_one_that_goes_on_has(
    network: RunningLab, tmp_path: Path
) -> None:
    listen = "import socket\nlistener = socket.create_server(('', 4000))\n"
    (tmp_path / "once.py").write_text(f"{listen}listener.accept()[0].send(b'hi')")
    (tmp_path / "ever.py").write_text(f"{listen}while True: listener.accept()[0].send(b'hi')")
    call = "print(socket.create_connection(('server', int(sys.argv[1]))).recv(9))"
    (tmp_path / "client.py").write_text(f"import socket, sys\n{call}")
    for name, served in (("once.py", False), ("ever.py", True)):
        seen = played(
            network,
            tmp_path,
            server=Program(name, listens_on="any", serves="perhaps"),
            client=Program("client.py", "{server.port}"),
        )
        assert seen.failures == []
        assert seen.server[name].served is served
        assert seen.client.stdout == ["b'hi'"]


@pytest.mark.parametrize("listens_on", ["any", Tcp(4000)])
def test_in_steps_as_well_and_a_server_may_ask_before_it_listens(
    network: RunningLab, tmp_path: Path, listens_on: Any
) -> None:
    (tmp_path / "server.py").write_text(
        "import socket\nlistener = socket.create_server(('', int(input('port? '))))\n"
        "listener.accept()[0].send(b'hi')"
    )
    call = "socket.create_connection((input('host? '), int(sys.argv[1]))).recv(9)"
    (tmp_path / "client.py").write_text(f"import socket, sys\nprint({call})")

    def steps(lab: Any) -> None:
        lab.server.start(Program("server.py", listens_on=listens_on, typed="4000"))
        lab.client.run(Program("client.py", "{server.port}", typed="server"))

    seen = played(network, tmp_path, hosts=["client", "server"], steps=steps, deadline=60)
    assert seen.failures == []
    assert seen.client.stdout == ["host? b'hi'"]


def test_a_program_in_c_is_compiled_and_what_the_compiler_says_fails_as_a_program_s_own(
    network: RunningLab, tmp_path: Path
) -> None:
    cselect = STUDENTS / "cselect"
    for name in ("echo_server.c", "client.py"):
        (tmp_path / name).write_bytes((cselect / name).read_bytes())
    keywords = {
        "server": Program("echo_server.c", listens_on="any", serves="perhaps"),
        "client": Program("client.py", "server", "{server.port}"),
    }
    seen = played(network, tmp_path, **keywords)
    assert seen.failures == []
    assert seen.server["echo_server.c"].listens_on == (Tcp(8888),)
    assert seen.client.stdout == ["b'Hello C'"]
    (tmp_path / "echo_server.c").write_text("int main(void) { oops }")
    seen = played(network, tmp_path, **keywords)
    assert any("oops" in line for line in seen.server.stderr)
    assert seen.server.exit_status == 1
    assert seen.failures


GREEN = b"\x00\xff\x00"

WINDOW = """\
import importlib, sys
tk = importlib.import_module("tkinter")
root = tk.Tk()
root.geometry("200x100")
root.configure(bg="#00ff00")
{rest}
root.mainloop()
print("closed", flush=True)
"""


@pytest.mark.parametrize(
    ("rest", "stdout"),
    [
        ("root.after(700, root.destroy)", ["closed"]),  # it closes its window itself
        ("", []),  # its window is open when its deadline has passed
    ],
)
def test_a_program_gets_a_screen_where_the_scenario_says_so_and_its_picture_is_kept(
    network: RunningLab, tmp_path: Path, rest: str, stdout: list[str]
) -> None:
    (tmp_path / "client.py").write_text(WINDOW.format(rest=rest))
    client = Program("client.py", screen=True, deadline=10 if rest else 2)
    seen = played(network, tmp_path, client=client)
    assert seen.failures == []
    assert seen.client.stdout == stdout
    picture = seen.client["client.py"].picture("screen.png")
    assert (picture.width, picture.height, picture.colours) == (200, 100, {GREEN})
    seen = played(network, tmp_path, client=Program("client.py"))
    assert any("no display" in line for line in seen.client.stderr)
    assert seen.failures


def test_in_steps_what_is_written_into_a_program_with_windows_is_typed_into_its_window(
    network: RunningLab, tmp_path: Path
) -> None:
    (tmp_path / "client.py").write_text(
        "import tkinter as tk\nroot = tk.Tk()\nentry = tk.Entry(root)\nentry.pack()\n"
        "entry.bind('<Return>', lambda _: print(entry.get()))\nentry.focus()\n"
        "root.after_idle(print, 'ready')\nroot.mainloop()\n"
    )

    def steps(lab: Any) -> None:
        client = lab.client.start(Program("client.py"))
        client.wait_for_line("ready", 30)
        client.write("violet\n")
        client.wait_for_line("violet", 30)

    seen = played(network, tmp_path, hosts=["client"], steps=steps, deadline=60)
    assert seen.failures == []
    assert seen.client.stdout == ["ready", "violet"]
    assert [line.text for line in seen.client["client.py"].typed] == ["violet"]
