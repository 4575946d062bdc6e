"""A program's input and output over a connection to the engine: plain, with TLS, and refused."""

from __future__ import annotations

import json
import select
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.hosts.docker.engine.attached import FRAME_HEADER, STDERR, STDOUT, Attached
from lab.hosts.docker.engine.client import EngineClient, NotThere, Refused
from lab.hosts.docker.engine.connection import connect
from lab.hosts.docker.engine.endpoint import Endpoint

CREATED = b'HTTP/1.1 201 Created\r\nContent-Length: 13\r\n\r\n{"Id": "abc"}'
CHUNKED = (
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'7\r\n{"Id": \r\n6;x=y\r\n"abc"}\r\n0\r\n\r\n'
)
BEGUN = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"


def no(status: str, said: bytes) -> bytes:
    body = b'{"message": "' + said + b'"}'
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


GONE = no("404 Not Found", b"No such container: nobody")
PAUSED = no("409 Conflict", b"is paused")
WITHIN = 10.0

Talk = Callable[[socket.socket], None]


def frame(stream: int, data: bytes) -> bytes:
    return FRAME_HEADER.pack(stream, len(data)) + data


def request(connection: socket.socket) -> tuple[str, object]:
    """Read one request of HTTP/1.1: its first line, and what its body says."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    lines = head.decode().split("\r\n")
    length = next(int(line.split()[1]) for line in lines if line.startswith("Content-Length"))
    body = b""
    while len(body) < length:
        body += connection.recv(length - len(body))
    return lines[0], json.loads(body)


def replies(*answers: bytes, asked: list[tuple[str, object]] | None = None) -> Talk:
    """Answer each request with the next of these."""

    def talk(connection: socket.socket) -> None:
        for answer in answers:
            found = request(connection)
            if asked is not None:
                asked.append(found)
            connection.sendall(answer)

    return talk


@contextmanager
def serving(listener: socket.socket, *talks: Talk) -> Iterator[None]:
    """Accept one connection, and hold these talks on it one after the other."""
    listener.settimeout(WITHIN)

    def serve() -> None:
        connection, _ = listener.accept()
        connection.settimeout(WITHIN)
        with connection:
            for talk in talks:
                talk(connection)

    server = threading.Thread(target=serve)
    server.start()
    try:
        yield
    finally:
        server.join(WITHIN)
        assert not server.is_alive()


@contextmanager
def attached(*talks: Talk, argv: Sequence[str] = ("python3",)) -> Iterator[Attached]:
    """Give a program at something that talks as an engine would."""
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/engine")
        listener.listen()
        with serving(listener, *talks):
            client = EngineClient(Endpoint(f"unix://{folder}/engine"), "1.41")
            found = client.attach("nobody", argv)
            try:
                yield found
            finally:
                found.kill()


def says(data: bytes) -> Talk:
    return lambda connection: connection.sendall(data)


def hears(heard: list[bytes]) -> Talk:
    """Note all that comes until the other end says no more."""

    def talk(connection: socket.socket) -> None:
        said = b""
        while piece := connection.recv(4096):
            said += piece
        heard.append(said)

    return talk


@pytest.mark.parametrize("created", [CREATED, CHUNKED])
def test_the_program_is_made_and_begun_over_one_connection(created: bytes) -> None:
    asked: list[tuple[str, object]] = []
    begin = replies(created, BEGUN + frame(STDOUT, b"hello"), asked=asked)
    with attached(begin, argv=["python3", "-c", "x"]) as program:
        assert program.read(5) == b"hello"
    (made, wanted), (begun, how) = asked
    assert made == "POST /v1.41/containers/nobody/exec HTTP/1.1"
    assert isinstance(wanted, dict)
    assert (wanted["Cmd"], wanted["User"]) == (["python3", "-c", "x"], "0")
    assert all(wanted[f"Attach{each}"] for each in ("Stdin", "Stdout", "Stderr"))
    assert begun == "POST /v1.41/exec/abc/start HTTP/1.1"
    assert how == {"Detach": False, "Tty": False}


@pytest.mark.parametrize(
    ("answers", "kind", "said"),
    [
        ([GONE], NotThere, "No such container"),
        ([PAUSED], Refused, "is paused"),
        ([CREATED, PAUSED], Refused, "is paused"),
        ([b""], ConnectionError, "hung up"),
    ],
)
def test_the_engine_s_no_is_the_error(answers: list[bytes], kind: type[OSError], said: str) -> None:
    with pytest.raises(kind, match=said), attached(replies(*answers)):
        pass


@given(
    st.lists(st.tuples(st.sampled_from([STDOUT, STDERR]), st.binary(max_size=40)), max_size=12),
    st.lists(st.integers(1, 50), min_size=1, max_size=20),
)
def test_its_output_is_what_the_frames_of_its_output_hold(
    frames: list[tuple[int, bytes]], counts: list[int]
) -> None:
    ours, its = socket.socketpair()
    with its, ours:
        program = Attached(_Sent(ours))
        its.sendall(b"".join(frame(*each) for each in frames))
        its.shutdown(socket.SHUT_WR)
        due = b"".join(data for stream, data in frames if stream == STDOUT)
        for count in counts:
            expected, due = due[:count], due[count:]
            if len(expected) < count:
                with pytest.raises(EOFError):
                    program.read(count)
                break
            assert program.read(count) == expected


class _Sent:
    """A connection that is only read."""

    def __init__(self, connection: socket.socket) -> None:
        self.reader = connection.makefile("rb")

    def write(self, data: bytes) -> None: ...

    def end(self) -> None: ...

    def close(self) -> None:
        self.reader.close()


def test_what_is_typed_comes_and_its_end_too() -> None:
    heard: list[bytes] = []
    with attached(replies(CREATED, BEGUN), hears(heard), says(frame(1, b"bye"))) as program:
        program.write(b"hello ")
        program.write(b"you")
        program.close_write()
        assert program.read(3) == b"bye"
    assert heard == [b"hello you"]


def test_a_way_that_is_broken_off_wakes_who_reads_and_ends_the_program_s_input() -> None:
    heard: list[bytes] = []
    ended = threading.Event()

    def read(program: Attached) -> None:
        with pytest.raises(EOFError):
            program.read(1)
        ended.set()

    with attached(replies(CREATED, BEGUN), hears(heard)) as program:
        reader = threading.Thread(target=read, args=(program,))
        reader.start()
        program.kill()
        reader.join(WITHIN)
    assert ended.is_set()
    assert heard == [b""]


def test_its_last_words_are_told_whatever_stream_they_came_by() -> None:
    said = frame(STDERR, b"a warning\n") + frame(STDOUT, b"OCI runtime exec failed\r\n")
    with attached(replies(CREATED, BEGUN + said)) as program:
        assert program.read(2) == b"OC"
        assert program.last_words(b"OC") == "OCI runtime exec failed"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an authority that vouches for localhost alone, which also is its own server."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    folder: Path = tmp_path_factory.mktemp("certificates")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command = ["openssl", "req", "-x509", *key, *names, *made]
    subprocess.run(command, check=True, capture_output=True)
    shutil.copy(folder / "cert.pem", folder / "ca.pem")
    return folder


@contextmanager
def secured(certificates: Path, *talks: Talk) -> Iterator[int]:
    """Give the port of something that talks with TLS, and wants to know who asks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    context.load_verify_locations(certificates / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def talk_secretly(connection: socket.socket) -> None:
            with context.wrap_socket(connection, server_side=True) as inside:
                for talk in talks:
                    talk(inside)

        stack.enter_context(serving(listener, talk_secretly))
        yield listener.getsockname()[1]


def test_with_tls_one_thread_reads_while_another_types(certificates: Path) -> None:
    heard: list[bytes] = []
    size = 3_000_000

    def flood(connection: socket.socket) -> None:
        """Say all and hear all at once, in one thread: this end's OpenSSL bears no two either."""
        connection.setblocking(False)
        unsaid, said, is_over = memoryview(frame(1, bytes(size))), b"", False
        while not is_over:
            select.select([connection], [connection] if unsaid else [], [], WITHIN)
            with suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
                if unsaid:
                    unsaid = unsaid[connection.send(unsaid[:16384]) :]
            with suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
                piece = connection.recv(65536)
                said, is_over = said + piece, not piece
        heard.append(said)

    with secured(certificates, replies(CREATED, BEGUN), flood) as port:
        endpoint = Endpoint(f"tcp://localhost:{port}", "", str(certificates), verified=True)
        program = EngineClient(endpoint, "1.41").attach("nobody", ["cat"])

        def write() -> None:
            for _ in range(size // 1000):
                program.write(b"x" * 1000)

        typing = threading.Thread(target=write)
        typing.start()
        assert program.read(size) == bytes(size)
        typing.join(WITHIN)
        program.close_write()
        with pytest.raises(EOFError):
            program.read(1)
        program.kill()
    assert [len(said) for said in heard] == [size]


def test_an_engine_that_cannot_prove_who_it_is_is_not_spoken_to(certificates: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")

        def talk(connection: socket.socket) -> None:
            with pytest.raises(OSError, match=r".*"):
                context.wrap_socket(connection, server_side=True)

        port = listener.getsockname()[1]
        with serving(listener, talk), pytest.raises(ssl.SSLCertVerificationError):
            connect(f"tcp://127.0.0.1:{port}", WITHIN, str(certificates), verified=True)


def test_an_engine_at_a_kind_of_place_that_nobody_knows_is_refused() -> None:
    with pytest.raises(OSError, match="no way is known to an engine at npipe"):
        connect("npipe:////./pipe/docker_engine", WITHIN)
