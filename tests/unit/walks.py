"""Walks made by hand."""

from __future__ import annotations

from lab.observation.steps.walk import (
    Crossing,
    Lane,
    Place,
    Printed,
    Result,
    SocketState,
    Step,
    Stepped,
    Variable,
    Walk,
)

SERVER = "import socket\nlistener = socket.create_server(('', 15000))\nlistener.accept()\n"
CLIENT = "import socket\ns = socket.create_connection(('server', 15000))\nprint(s.recv(9))\n"


def lane(program: int, status: str, line: int, call: str = "", number: int = 0) -> Lane:
    file = ("server.py", "client.py")[program]
    return Lane(program, number, status, Place(file, line, "<module>"), call)


def small_walk(text: str = '"violet" 6 B', printed: str = "hello\n", port: int = 40000) -> Walk:
    """Return a walk of three steps: the start, a connection, and a line that prints."""
    ends = SocketState("client", "tcp", f":{port} ↔ server:15000", "ESTABLISHED", 6)
    listener = SocketState("server", "tcp", ":15000", "LISTEN")
    waits = lane(0, "waits", 3, "accept")
    steps = (
        Step(0, "start", lanes=(waits, lane(1, "stands", 2)), sockets=(listener,)),
        Step(
            1,
            "line",
            (1, 0),
            Place("client.py", 2),
            (waits, lane(1, "stands", 3)),
            (
                Crossing("client", "server", "SYN"),
                Crossing("server", "client", "SYN ACK"),
                Crossing("client", "server", text, lost=True),
            ),
            (listener, ends),
            variables=(Variable(1, 0, "s", "<socket, fd 3>"),),
        ),
        Step(
            2,
            "line",
            (1, 0),
            Place("client.py", 3),
            (waits, Lane(1, 0, "ended")),
            sockets=(listener,),
            printed=(Printed(1, "stdout", printed),),
            notes=(f"from port {port} at 10:20:30",),
            began_ns=port,
        ),
    )
    return Walk(
        "small",
        "ipv4",
        "server",
        (Stepped("server", "server.py", "server"), Stepped("client", "client.py", "client")),
        {"server": {"server.py": SERVER}, "client": {"client.py": CLIENT}},
        steps,
        Result("ended", "all programs have ended"),
    )
