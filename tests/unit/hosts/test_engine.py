"""What the lab makes of an engine's answers, without one."""

from __future__ import annotations

import errno
import os
import socket
import threading
from pathlib import Path

import pytest

from lab.errors import EngineUnavailable
from lab.hosts.docker import apt
from lab.hosts.docker.engine import engine, start
from lab.hosts.docker.engine.ping import Answer, judge_error, judge_reply, ping


def reply(api: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.0 {status}\r\nApi-Version: {api}\r\nServer: Docker/9 (linux)\r\n\r\nOK".encode()


def test_the_engine_of_debian_12_is_new_enough() -> None:
    answer = judge_reply(reply("1.41"))
    assert (answer.answer, answer.api) == (Answer.YES, (1, 41))


def test_the_versions_of_engines_are_compared_as_numbers_and_not_as_text() -> None:
    assert judge_reply(reply("1.100")).answer is Answer.YES
    assert judge_reply(reply("1.9")).answer is Answer.OLD


def test_the_complaint_about_an_old_engine_names_what_was_seen_and_what_is_wanted() -> None:
    message = str(engine.complaint(judge_reply(reply("1.40"))))
    assert "API 1.40" in message
    assert "1.41" in message


def test_the_answer_of_something_else_is_not_taken_for_an_engine() -> None:
    for answer in (b"", b"HTTP/1.0 200 OK\r\n\r\nhello", b"\xff\xfe", reply("1.x"), reply("1")):
        assert judge_reply(answer).answer is Answer.STRANGE


def test_the_engine_that_answers_with_an_error_is_not_well() -> None:
    assert judge_reply(reply("1.41", "500 Internal Server Error")).answer is Answer.STUCK


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (PermissionError(errno.EACCES, "no"), Answer.DENIED),
        (FileNotFoundError(errno.ENOENT, "no"), Answer.SILENT),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), Answer.SILENT),
        (TimeoutError("late"), Answer.STUCK),
        (OSError(errno.ENOTSOCK, "not a socket"), Answer.STRANGE),
    ],
)
def test_the_way_a_ping_fails_tells_what_is_wrong(error: OSError, answer: Answer) -> None:
    assert judge_error(error, "/there").answer is answer


def test_the_user_without_permission_hears_of_the_docker_group() -> None:
    result = judge_error(PermissionError(errno.EACCES, "no"), "/there")
    assert "docker" in engine.complaint(result).advice
    assert "usermod" in engine.complaint(result).advice


def test_the_socket_that_is_not_there_is_silence(tmp_path: Path) -> None:
    assert ping(f"unix://{tmp_path}/none").answer is Answer.SILENT


def test_the_socket_that_nobody_listens_at_any_more_is_silence(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "dead"))
    assert ping(f"unix://{tmp_path}/dead").answer is Answer.SILENT


def test_the_reply_may_arrive_in_pieces(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "engine"))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                for byte in reply("1.41"):
                    connection.sendall(bytes([byte]))

        server = threading.Thread(target=serve)
        server.start()
        answer = ping(f"unix://{tmp_path}/engine")
        server.join(timeout=10)
    assert answer.answer is Answer.YES


def test_the_endpoint_that_the_user_chose_is_named_in_the_advice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    with pytest.raises(EngineUnavailable) as caught:
        engine.connect()
    assert f"{tmp_path}/none" in caught.value.seen
    assert "DOCKER_HOST" in caught.value.advice


def test_the_lab_never_installs_an_engine_in_place_of_one_that_the_user_chose(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    monkeypatch.setattr(engine, "DEFAULT", f"unix://{tmp_path}/none-here-either")
    assert not engine.can_help()
    said: list[str] = []
    with pytest.raises(EngineUnavailable):
        engine.ensure(said.append)
    assert said == []


@pytest.mark.parametrize(
    ("oldest", "newest", "agreed"),
    [
        ("1.12", "1.41", "1.41"),  # engine 20.10
        ("1.24", "1.45", "1.45"),
        ("1.24", "1.51", "1.45"),  # 28
        ("1.44", "1.52", "1.45"),  # 29
        ("1.46", "1.60", "1.46"),
        ("1.100", "1.110", "1.100"),
        ("1.12", "1.40", None),
        (None, "1.41", "1.41"),
        (None, None, None),
    ],
)
def test_the_api_is_one_that_both_the_lab_and_the_engine_know(
    oldest: str | None, newest: str | None, agreed: str | None
) -> None:
    assert engine.spoken({"MinAPIVersion": oldest, "ApiVersion": newest}) == agreed


def test_the_engine_of_a_machine_is_found_where_the_user_s_path_has_it_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    usual = [Path(folder) / "dockerd" for folder in ("/usr/sbin", "/sbin")]
    assert (start.dockerd() is None) == (not any(each.exists() for each in usual))
    (tmp_path / "dockerd").touch(0o755)
    assert start.dockerd() == str(tmp_path / "dockerd")


def test_ubuntu_gets_the_compose_that_runs_there() -> None:
    assert apt.compose({"ubuntu", "debian"}) == "docker-compose-v2"
    assert apt.compose({"debian"}) == "docker-compose"


def test_an_engine_that_takes_newer_apis_only_is_spoken_to_in_its_oldest(tmp_path: Path) -> None:
    path = tmp_path / "engine"
    told = b'HTTP/1.0 200 OK\r\n\r\n{"ApiVersion": "1.60", "MinAPIVersion": "1.46"}'
    replies = iter([reply("1.60"), told])
    asked = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            for each in replies:
                connection, _ = listener.accept()
                with connection:
                    asked.append(connection.recv(4096).split()[1])
                    connection.sendall(each)

        server = threading.Thread(target=serve)
        server.start()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DOCKER_HOST", f"unix://{path}")
            client = engine.connect()
        server.join(timeout=10)
    assert client.api_version == "1.46"
    assert asked == [b"/_ping", b"/version"]


def test_what_ssh_says_is_the_error_and_the_advice_asks_the_same_by_hand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\necho 'Permission denied (publickey).' >&2; exit 255\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DOCKER_HOST", "ssh://somebody@far:2222")
    with pytest.raises(EngineUnavailable, match="publickey") as caught:
        engine.connect()
    assert "ssh -l somebody -p 2222 -- far docker version" in caught.value.advice
