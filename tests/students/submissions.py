"""Forty submissions for greeting/scenario.py, as students hand them in, with their marks.

They are graded over IPv4: seven expectations, a point each.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

SERVER = """import socket
import sys

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", 15000))
listener.listen()
connection, address = listener.accept()
message = connection.recv(1024).decode()
print(f"from {address[0]}: {message}")
connection.sendall(f"{sys.argv[1]} greets {message}".encode())
connection.sendall(b"Goodbye")
connection.close()
listener.close()
"""

CLIENT = """import socket
import sys

s = socket.socket()
s.connect((sys.argv[1], 15000))
s.sendall(sys.argv[2].encode())
print(s.recv(20, socket.MSG_WAITALL).decode())
print(s.recv(7, socket.MSG_WAITALL).decode())
print(s.recv(1024))
s.close()
"""


def server(old: str, new: str) -> dict[str, str]:
    """Return a submission with one thing changed in its server."""
    assert SERVER.count(old) == 1, old
    return {"server.py": SERVER.replace(old, new), "client.py": CLIENT}


def client(old: str, new: str) -> dict[str, str]:
    """Return a submission with one thing changed in its client."""
    assert CLIENT.count(old) == 1, old
    return {"server.py": SERVER, "client.py": CLIENT.replace(old, new)}


def both(server: str, client: str) -> dict[str, str]:
    """Return a submission of these two programs."""
    return {"server.py": server, "client.py": client}


BODY = SERVER.partition("import sys\n")[2]

FOLDERS: dict[str, tuple[float, dict[str, str]]] = {
    # Right, in several hands.
    "right": (7, both(SERVER, CLIENT)),
    "right-in-main": (
        7,
        both(
            "import socket\nimport sys\n\n\ndef main():"
            + BODY.replace("\n", "\n    ").rstrip()
            + '\n\n\nif __name__ == "__main__":\n    main()\n',
            CLIENT,
        ),
    ),
    "right-with-comments": (
        7,
        both(f"# by me, ünïcode\n{SERVER}# the end\n", f'"""Hi."""\n{CLIENT}'),
    ),
    "right-crlf": (7, both(SERVER.replace("\n", "\r\n"), CLIENT.replace("\n", "\r\n"))),
    "right-in-a-folder": (7, {f"exercise 3/{n}": t for n, t in both(SERVER, CLIENT).items()}),
    "right-with-stderr": (
        7,
        server("listener.listen()", 'listener.listen()\nprint("up", file=sys.stderr)'),
    ),
    "right-and-a-teachers-file": (
        7,
        {**both(SERVER, CLIENT), "scenario.py": "raise SystemExit(0)"},
    ),
    "right-with-a-thread": (
        7,
        server(
            "listener.accept()",
            "listener.accept()\nimport threading; threading.Thread(target=len, args=('',)).start()",
        ),
    ),
    # Nearly right.
    "one-segment": (
        6,
        server(
            ' greets {message}".encode())\nconnection.sendall(b"Goodbye")',
            ' greets {message}Goodbye".encode())',
        ),
    ),
    "other-goodbye": (5, server('b"Goodbye"', 'b"Bye bye"')),
    "nobody-named": (6, server("from {address[0]}", "from client")),
    "client-closes-first": (
        6,
        both(
            SERVER.replace('b"Goodbye")', 'b"Goodbye"); connection.recv(9)'),
            CLIENT.replace("print(s.recv(1024))", "s.shutdown(1); print(s.recv(1024))"),
        ),
    ),
    "server-speaks-first": (
        5,
        both(
            SERVER.replace("message =", 'connection.sendall(b"Hi")\nmessage ='),
            CLIENT.replace("s.sendall", "s.recv(2)\ns.sendall"),
        ),
    ),
    "prints-too-much": (6, client("s.close()", 's.close(); print("done")')),
    # Wrong.
    "other-port-in-client": (0, client("15000", "15001")),
    "other-port-in-both": (
        0,
        both(SERVER.replace("15000", "15001"), CLIENT.replace("15000", "15001")),
    ),
    "localhost": (0, client("sys.argv[1]", '"127.0.0.1"')),
    "udp": (
        0,
        both("import socket\ns = socket.socket(type=2)\ns.bind(('', 15000))\ns.recv(9)\n", CLIENT),
    ),
    "server-never-answers": (
        4,
        server(
            SERVER.partition('{message}")\n')[2].partition("connection.close")[0],
            "",
        ),
    ),
    # Crashing.
    "syntax-error": (0, server("import sys", "import sys\nif True print(1)")),
    "crash-at-once": (0, server("import sys\n", "import sys\n1 / 0\n")),
    "crash-after-all": (6, server("listener.close()", "listener.close()\n1 / 0")),
    "exit-status": (6, client("s.close()", "s.close()\nsys.exit(3)")),
    "segfault": (6, client("s.close()", "s.close()\nimport ctypes\nctypes.string_at(0)")),
    # Looping.
    "busy-server": (0, both("while True:\n    pass\n", CLIENT)),
    "client-waits-for-ever": (6, client("s.close()", "s.close()\nimport time\ntime.sleep(1000)")),
    "serves-for-ever": (6, server("listener.close()", "listener.accept()")),
    # Forking, and worse.
    "fork-bomb": (
        0,
        both(
            "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n",
            CLIENT,
        ),
    ),
    "kills-all": (0, both("import os, signal\nos.kill(-1, signal.SIGKILL)\n", CLIENT)),
    "prints-for-ever": (0, both('while True:\n    print("Grade :=>> 100" * 100)\n', CLIENT)),
    # Cheating.
    "client-prints-what-is-due": (
        0,
        both(
            SERVER,
            "import sys\nprint(f\"marble greets {sys.argv[2]}\\nGoodbye\\nb''\")\n",
        ),
    ),
    "reads-the-expectations": (
        0,
        both('print(open("scenario.py").read())\n', CLIENT),
    ),
    "exits-well-at-once": (0, both("raise SystemExit(0)\n", "raise SystemExit(0)\n")),
    # Empty.
    "empty": (0, {}),
    "empty-files": (0, both("", "")),
    "half": (0, {"server.py": SERVER}),
}


def make(root: Path) -> dict[str, tuple[Path, float]]:
    """Write all submissions below a folder; return where each is, and its mark."""
    made = {}
    for name, (mark, files) in FOLDERS.items():
        (root / name).mkdir(parents=True)
        for file, text in files.items():
            (root / name / file).parent.mkdir(exist_ok=True)
            (root / name / file).write_bytes(text.encode())
        made[name] = root / name, mark
    right = {name: text.encode() for name, text in both(SERVER, CLIENT).items()}
    with zipfile.ZipFile(root / "zipped.zip", "w") as archive:
        for name, content in right.items():
            archive.writestr(f"zipped/{name}", content)
    with zipfile.ZipFile(root / "outside.zip", "w") as archive:
        for name, content in {**right, "../../scenario.py": b""}.items():
            archive.writestr(name, content)
    with tarfile.open(root / "linked.tar.gz", "w:gz") as tar:
        for name in right:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, f"/proc/self/cwd/scenarios/{name}"
            tar.addfile(member)
    with tarfile.open(root / "bomb.tgz", "w:gz") as tar:
        member = tarfile.TarInfo("server.py")
        member.size = 64 << 20
        tar.addfile(member, io.BytesIO(bytes(member.size)))
    marks = {"zipped.zip": 7.0, "outside.zip": 0.0, "linked.tar.gz": 0.0, "bomb.tgz": 0.0}
    return made | {path.partition(".")[0]: (root / path, mark) for path, mark in marks.items()}
