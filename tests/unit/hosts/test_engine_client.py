"""What the lab reads of an engine by itself: an answer, its frames, a complaint."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from lab.hosts.docker.engine.client import EngineClient, NotThere, Refused
from lab.hosts.docker.engine.endpoint import Endpoint


@contextmanager
def engine_saying(folder: Path, reply: bytes, asked: list[str]) -> Iterator[EngineClient]:
    """Give a client of something that answers one question with ``reply``."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "engine"))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(4096).decode().partition("\r\n")[0])
                connection.sendall(reply)

        server = threading.Thread(target=serve)
        server.start()
        yield EngineClient(Endpoint(f"unix://{folder}/engine"), "1.41")
        server.join(timeout=10)


def ok(body: bytes) -> bytes:
    return b"HTTP/1.0 200 OK\r\nContent-Type: any\r\n\r\n" + body


def test_the_engine_is_asked_in_the_version_that_was_agreed_on(tmp_path: Path) -> None:
    asked: list[str] = []
    with engine_saying(tmp_path, ok(json.dumps([{"Id": "a"}]).encode()), asked) as client:
        assert client.containers("x=y", all=True) == [{"Id": "a"}]
    assert asked[0].startswith("GET /v1.41/containers/json?all=1&filters=%7B%22label%22")


def test_the_log_is_what_both_streams_printed_without_their_frames(tmp_path: Path) -> None:
    frames = b"\1\0\0\0\0\0\0\3one" + b"\2\0\0\0\0\0\0\0" + b"\2\0\0\0\0\0\0\4\ntwo"
    with engine_saying(tmp_path, ok(frames), []) as client:
        assert client.logs("a", since=1.0) == b"one\ntwo"


def test_the_engine_s_complaint_is_the_error(tmp_path: Path) -> None:
    reply = b'HTTP/1.0 404 Not Found\r\n\r\n{"message": "No such container: a"}'
    with (
        engine_saying(tmp_path, reply, []) as client,
        pytest.raises(NotThere, match="No such container: a"),
    ):
        client.container("a")


def test_the_engine_that_hangs_up_is_an_error_and_no_empty_answer(tmp_path: Path) -> None:
    with engine_saying(tmp_path, b"", []) as client, pytest.raises(OSError, match="hung up"):
        client.containers()


def test_the_answer_that_is_cut_off_is_an_error_and_no_shorter_list(tmp_path: Path) -> None:
    with (
        engine_saying(tmp_path, ok(b'[{"Id": "a"}, {"Id"'), []) as client,
        pytest.raises(Refused, match="cut off"),
    ):
        client.containers()


def test_the_image_that_is_not_there_is_an_answer_and_no_error(tmp_path: Path) -> None:
    with engine_saying(tmp_path, b"HTTP/1.0 404 Not Found\r\n\r\n", []) as client:
        assert not client.has_image("debian:bookworm-slim")


def test_the_removal_that_has_no_answer_to_give_is_done(tmp_path: Path) -> None:
    asked: list[str] = []
    with engine_saying(tmp_path, b"HTTP/1.0 204 No Content\r\n\r\n", asked) as client:
        client.remove_container("a")
    assert asked == ["DELETE /v1.41/containers/a?force=1&v=1 HTTP/1.0"]


def test_the_certificates_of_an_engine_elsewhere_are_shown_to_it(tmp_path: Path) -> None:
    for name in ("ca", "cert", "key"):
        (tmp_path / f"{name}.pem").touch()
    endpoint = Endpoint("tcp://127.0.0.1:1", certificates=str(tmp_path), verified=True)
    with closing(EngineClient(endpoint, "1.41")) as client:
        assert client.sdk.base_url == "https://127.0.0.1:1"
        assert client.sdk.cert == tuple(str(tmp_path / f"{name}.pem") for name in ("cert", "key"))
        assert client.sdk.verify == str(tmp_path / "ca.pem")
