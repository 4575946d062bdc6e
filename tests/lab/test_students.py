"""Programs as students write them run by ``lab try`` as they are, and the story tells of them."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lab_clone import Clone, Said, interrupt
from waiting import wait_for

from lab import png

HERE = Path(__file__).parents[1] / "students"


@dataclass(frozen=True)
class Tried:
    """What is typed after ``lab try``, and what the story says, in this order.

    ``beside`` is what it says in an order of its own: nothing makes it earlier or later
    than what ``story`` names.
    """

    words: str
    story: tuple[str, ...]
    beside: tuple[str, ...] = ()
    status: int = 0
    absent: tuple[str, ...] = ()


CHAT = "chat/chat_server.py chat/chat_client.py --clients 2 --type 1:ann --type 2:bob --type 2:hi"
PINGER = "pinger/UDPPingerServer.py pinger/UDPPingerClient.py"

TRIED = {
    "a chat with threads, on localhost": Tried(
        CHAT,
        (
            r"LISTEN 127\.0\.0\.1:55555",
            "ConnectionRefusedError",
            "called its own host at 127.0.0.1:55555",
            "Try: --replace 127.0.0.1=server",
        ),
        status=1,
    ),
    "a chat with threads, on two hosts": Tried(
        f"{CHAT} --replace localhost=server",
        (
            "⌨ ann",
            "⌨ bob",
            "⌨ hi",
            '◀─+ #2 "(bob joined!)?bob: hi"',
            "had got all its input and went on",
        ),
        # What is said while the first is not acknowledged waits, and crosses as one segment.
        beside=("⌨ ann", '#1 "ann joined!"', '◀─+ #1 "(bob joined!)?bob: hi"'),
        absent=("✗", "Try:"),
    ),
    "a file transfer with a helper module, a progress bar and a file": Tried(
        "transfer/receiver.py transfer/sender.py",
        ("poem.txt<SEPARATO", "data segments client → server", "21300 bytes|21300/21300"),
    ),
    "rock paper scissors with input()": Tried(
        "rps/rps_server.py rps/rps_client.py --clients 2"
        " --type 1:rock --type 2:stone --type 2:paper",
        (r"rps_client\.py server 6789", "⌨ stone", "That is no move!", "Result: Player 2 wins"),
    ),
    "a UDP pinger with an address of home": Tried(
        PINGER, ("Network is unreachable", r"Try: --replace 192\.168\.1\.20=server"), status=1
    ),
    "a UDP pinger whose server loses each fourth": Tried(
        f"{PINGER} --replace 192.168.1.20=server",
        ("bound to UDP", r"PING 1 RTT \d s", r"\d\.\d s of silence", "Request timed out", "PING 5"),
    ),
    "a server that reads until a marker": Tried(
        "marker/server.py marker/client.py --stdin marker/words.txt",
        ("⌨ one", '"<END>" 5 B', '"ONE.nTWO.n<END>"', "│ ONE"),
    ),
    "a client without arguments": Tried(
        "noargs/server.py noargs/client.py --replace localhost=server",
        (r"\$ client\.py\n", "Thank you for connecting"),
    ),
    "a package with __init__.py, in a folder": Tried(
        "package/server package/client --type 4 --type 81",
        (r"main\.py server 4444", r"Which layer is TCP on\?", "⌨ 4", "⌨ 81", "1 of 2 right"),
    ),
    "a web server with its pages, and argparse": Tried(
        "webserver webserver/client.py --server-args 8080"
        " --client-args '--host server --port {port}'",
        (r"--host server --port 8080", r"GET /HelloWorld\.html", "Hello from me"),
    ),
    "a tutorial that asks for its own name": Tried(
        "tim/server.py tim/client.py",
        ("called its own host", r"--replace \"socket\.gethostname\(\)='server'\""),
        status=1,
    ),
    "a shell script and a client in Python": Tried(
        "shell/server.sh shell/client.py", (r"\$ server\.sh", r"│ b'from bash\\n'")
    ),
    "Go, each client in a goroutine": Tried(
        "go/server.go go/client.go",
        (r"\$ server\.go", "Listening on :9000", "Received: gopher", "Server says: GOPHER"),
    ),
    "Java, with a class beside it, on localhost": Tried(
        "java/QuizServer.java java/QuizClient.java --type transport --replace localhost=server",
        (r"\$ QuizServer\.java", "Client accepted", "⌨ transport", '"Correct!', r"│ Correct!"),
    ),
    "JavaScript with a module beside it, and events": Tried(
        "node/server.js node/client.js",
        ("server bound", r"client\.js server 8124", "client connected", "│ Hello ann"),
    ),
    "Rust, each client in a thread": Tried(
        "rust/server.rs rust/client.rs",
        (r"\$ server\.rs", "New connection", '"Hello from Rust" 15 B', "Reply is ok: Hello from"),
    ),
    "a window of tkinter, typed into": Tried(
        "window/server.py window/client.py --type Peru --replace localhost=server",
        (
            "got Ask me for a capital!",
            "⌨ Peru",
            '"Peru" 4 B',
            '"Lima" 4 B',
            "│ got Lima",
            r"left screen\.png",
            r"client\.py had a window open: it was closed",
        ),
        absent=("✗", "X connection"),
    ),
    "an echo server in C with select": Tried(
        "cselect/echo_server.c cselect/client.py",
        (r"\$ echo_server\.c", "Listener on port 8888", '"Hello C" 7 B', "│ b'Hello C'"),
    ),
}

LARGE = [name for name in TRIED if name.startswith(("Java,", "Rust"))]
"""Those whose compilers take long to get: make test-languages runs them."""


def tried(lab: Callable[..., Said], words: str, *more: str) -> Said:
    """Run ``lab try``; words that name a file of the students' stand for that file."""
    typed = re.findall(r"'[^']*'|\S+", words)
    paths = [HERE / word for word in typed]
    given = [
        str(path) if path.exists() else word.strip("'")
        for path, word in zip(paths, typed, strict=True)
    ]
    return lab("try", *given, *more, within=600, COLUMNS="120")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.large] if name in LARGE else []) for name in TRIED],
)
def test_programs_run_as_they_are_and_the_story_tells_what_they_did(
    name: str, lab: Callable[..., Said], tmp_path: Path
) -> None:
    one = TRIED[name]
    said = tried(lab, one.words, "-w", str(tmp_path / "kept"))
    assert said.status == one.status, said.text
    for order in (one.story, one.beside):
        position = 0
        for words in order:
            found = re.compile(words).search(said.stdout, position)
            assert found, f"{words!r} is not in its place:\n{said.stdout}"
            position = found.start()
    assert not [words for words in one.absent if words in said.stdout], said.stdout
    for picture in (tmp_path / "kept").rglob("*.png"):
        assert not png.read(picture.read_bytes()).is_blank
        assert "data:image/png;base64," in (tmp_path / "kept" / "page.html").read_text()


def test_a_program_that_is_slow_to_begin_is_typed_into_when_it_waits(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    listen = "socket.create_server(('', 4000)).accept()[0].send(b'Who is there?')"
    (tmp_path / "server.py").write_text(f"import socket\n{listen}")
    work = "while time.process_time() < 0.7: pass"  # longer than a silent program is waited for
    call = "print(socket.create_connection((sys.argv[1], int(sys.argv[2]))).recv(99))"
    source = f"import socket, sys, time\n{work}\n{call}\ninput()"
    (tmp_path / "client.py").write_text(source)
    said = lab("try", str(tmp_path / "server.py"), str(tmp_path / "client.py"), "--type", "ann")
    assert said.status == 0, said.text
    assert said.stdout.index("SYN ACK") < said.stdout.index("⌨ ann"), said.stdout


def test_over_ipv6_as_well(lab: Callable[..., Said], tmp_path: Path) -> None:
    listen = "socket.create_server(('', 4000), family=socket.AF_INET6).accept()[0].send(b'hi')"
    (tmp_path / "server.py").write_text(f"import socket\n{listen}")
    call = "print(socket.create_connection((sys.argv[1], int(sys.argv[2]))).recv(9))"
    (tmp_path / "client.py").write_text(f"import socket, sys\n{call}")
    said = lab("try", str(tmp_path / "server.py"), str(tmp_path / "client.py"), "--ipv6")
    assert said.status == 0, said.text
    assert "│ b'hi'" in said.stdout


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import time\ntime.sleep(60)", "it listened on no port within "),
        ("print('done')", "it ended before any client was started"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_server_that_never_listens_is_told(
    lab: Callable[..., Said], tmp_path: Path, source: str, told: str
) -> None:
    (tmp_path / "server.py").write_text(source)
    said = lab("try", str(tmp_path / "server.py"), str(HERE / "noargs" / "client.py"))
    assert said.status == 1, said.text
    assert told in " ".join(said.stdout.split())
    assert "client.py" not in said.stdout.replace("server and client", "")


def test_a_client_that_calls_another_port_is_told(lab: Callable[..., Said]) -> None:
    said = tried(lab, "rps/rps_server.py rps/rps_client.py server 6790")
    assert said.status == 1, said.text
    told = " ".join(said.stdout.split())
    assert "called TCP 6790 of server, and rps_server.py on server listens on TCP 6789" in told


def test_a_client_that_hangs_costs_its_deadline(lab: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text("import time\ntime.sleep(100)")
    said = tried(lab, f"noargs/server.py {tmp_path}/client.py --deadline 1")
    assert said.status == 1, said.text
    assert "it had not ended after 1 s, so it was stopped" in " ".join(said.stdout.split())


def test_what_is_replaced_is_replaced_in_a_copy(lab: Callable[..., Said]) -> None:
    before = (HERE / "noargs" / "client.py").read_bytes()
    tried(lab, "noargs/server.py noargs/client.py --replace localhost=server")
    assert (HERE / "noargs" / "client.py").read_bytes() == before
    said = tried(lab, "noargs/server.py noargs/client.py --replace 10.0.0.1=server")
    assert said.status == 2
    assert said.is_clear("it stands in no file", "localhost")


def test_clients_on_hosts_of_ones_choice_import_what_a_wheel_brings(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "shout-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("shout/__init__.py", "def shout(text): return text.decode().upper()")
    (tmp_path / "client.py").write_text(
        "import socket, sys\nfrom shout import shout\n"
        "call = socket.create_connection((sys.argv[1], 5001))\nprint(shout(call.recv(99)))"
    )
    serve = "while True: listener.accept()[0].send(b'welcome')"
    (tmp_path / "server.py").write_text(
        f"import socket\nlistener = socket.create_server(('', 5001))\n{serve}"
    )
    paths = [str(tmp_path / name) for name in ("server.py", "client.py")]
    said = lab("try", *paths, "--wheels", str(tmp_path), "--clients", "client,dns")
    assert said.status == 0, said.text
    assert said.stdout.count("│ WELCOME") == 2, said.stdout
    assert re.search(r"ms +client 10\.", said.stdout), said.stdout
    assert re.search(r"ms +dns 10\.", said.stdout), said.stdout
    said = lab("try", *paths)
    assert said.status == 1
    assert "No module named 'shout'" in said.stdout
    for wrong in ("0", "21", "server,client"):
        assert lab("try", *paths, "--clients", wrong).is_clear("--clients client,remote")
    assert lab("try", *paths, "--clients", "moon").is_clear("moon", "one of")


def test_what_no_host_can_run_is_said(lab: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "server.rb").write_text("puts 1")
    said = lab("try", str(tmp_path / "server.rb"), str(HERE / "noargs" / "client.py"))
    assert said.status == 2, said.text
    assert said.is_clear("server.rb", "Python, C, C++, Go, Java, JavaScript, Rust")


def test_a_folder_in_c_is_compiled_whole_and_a_mistake_is_told(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    server = tmp_path / "server"
    server.mkdir()
    (server / "server.c").write_text('#include "talk.h"\nint main(void) { talk(); return 3; }')
    (server / "talk.h").write_text("void talk(void);")
    (server / "talk.c").write_text('#include <stdio.h>\nvoid talk(void) { puts("hi from C"); }')
    words = ("try", str(server), str(HERE / "noargs" / "client.py"))
    said = lab(*words)
    assert said.status == 1, said.text
    assert "│ hi from C" in said.stdout
    assert "exit status 3" in said.stdout
    (server / "talk.c").write_text("void talk(void) { oops }")
    said = lab(*words)
    assert said.status == 2, said.text
    assert said.is_clear("compiling", "oops", "talk.c")


def test_the_compiler_has_a_deadline_and_leaves_nothing(
    lab: Callable[..., Said], tmp_path: Path
) -> None:
    (tmp_path / "server.c").write_text('#include "/dev/zero"\nint main(void) { return 0; }')
    said = lab("try", str(tmp_path / "server.c"), str(HERE / "noargs" / "client.py"))
    assert said.status == 2, said.text
    assert "compiling" in said.stderr
    left = ["docker", "ps", "-aq", "--filter", "label=socketlab.compiler"]

    def nothing() -> bool:
        return not subprocess.run(left, capture_output=True, text=True, check=True).stdout

    wait_for("its container, and those of other tests, to be gone", nothing)


def test_a_file_that_is_saved_is_run_again_and_what_changed_is_told(
    this_lab: Clone, tmp_path: Path
) -> None:
    for name in ("server.py", "client.py"):
        text = (HERE / "noargs" / name).read_text().replace("localhost", "server")
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in ("server.py", "client.py")]
    process = this_lab.start("try", *paths, "--watch", PYTHONUNBUFFERED="1")
    assert process.stdout is not None
    saved = False
    told = []
    for line in process.stdout:
        told.append(line.rstrip())
        if line.startswith("Waiting until a file is saved"):
            if saved:
                break
            saved = True
            path = tmp_path / "server.py"
            new = path.read_text().replace("Thank you", "No thanks")
            (tmp_path / "new").write_text(new)
            (tmp_path / "new").rename(path)  # at once: half of it is a program, too
    said = interrupt(process)
    assert said.status == 130
    assert "Saved: server.py" in told
    assert any(line.startswith("- ") and "Thank you" in line for line in told), told
    assert any(line.startswith("+ ") and "No thanks" in line for line in told), told
