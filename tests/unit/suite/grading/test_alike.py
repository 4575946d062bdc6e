"""Pairs that are alike in their tokens are listed, whatever names and comments they have."""

from __future__ import annotations

from submissions import CLIENT, SERVER

from lab.suite.grading.alike import pairs

RENAMED = (
    SERVER.replace("connection", "c")
    .replace("message", "whatItSaid")
    .replace("15000", "5000")
    .replace("listener.listen()", "listener.listen()  # waits\n\n")
)
OTHER = """
import socketserver


class Greeter(socketserver.StreamRequestHandler):
    def handle(self):
        data = self.request.recv(100)
        for part in (b"hello ", data, b"!"):
            self.wfile.write(part)


with socketserver.TCPServer(("", 15000), Greeter) as server:
    while True:
        server.handle_request()
"""


def of(*texts: str) -> dict[str, dict[str, bytes]]:
    return {f"s{at}": {"server.py": text.encode()} for at, text in enumerate(texts)}


def test_a_copy_with_other_names_and_comments_is_found() -> None:
    (found,) = pairs(of(SERVER, OTHER, RENAMED))
    assert (found.one, found.other) == ("s0", "s2")
    assert found.share > 0.9


def test_what_was_given_to_all_says_nothing() -> None:
    assert not pairs(of(SERVER, RENAMED), given=[SERVER.encode()])


def test_what_most_have_says_nothing_of_two() -> None:
    assert not pairs(of(*[SERVER] * 6))
    assert len(pairs(of(*[SERVER] * 2))) == 1


def test_small_and_broken_files_are_no_reason_to_fail() -> None:
    assert not pairs(of("", "print(1)", "def f(:\n  '''", "\0\xff"))
    broken = f"{CLIENT}{SERVER}\n'''never closed"
    assert len(pairs(of(broken, broken.replace("never", "not")))) == 1
