"""Which engine is spoken to: the one that Docker's own command line would choose, by all alike."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from lab.errors import EngineUnavailable, UnknownName
from lab.hosts.docker.engine import endpoint, engine
from lab.hosts.docker.engine.client import EngineClient
from lab.hosts.docker.engine.endpoint import Endpoint


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of Docker's settings; no variable chooses an engine."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def write_context(
    folder: Path, name: str, url: str, *, tls: bool = False, skip: bool = False
) -> Path:
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts" / "meta" / key
    meta.mkdir(parents=True)
    docker = {"Host": url, "SkipTLSVerify": skip}
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": docker}}))
    certificates = folder / "contexts" / "tls" / key / "docker"
    if tls:
        certificates.mkdir(parents=True)
    return certificates


def use(folder: Path, name: str) -> None:
    (folder / "config.json").write_text(json.dumps({"currentContext": name}))


def test_without_a_choice_it_is_this_machine_s_own(folder: Path) -> None:
    assert endpoint.find() == Endpoint(endpoint.DEFAULT)


def test_each_context_is_an_engine_with_a_name(folder: Path) -> None:
    assert endpoint.names() == ["default"]
    write_context(folder, "server2", "ssh://teacher@server2", tls=True)
    write_context(folder, "alpha", "unix:///alpha.sock")
    assert endpoint.names() == ["default", "alpha", "server2"]
    found = endpoint.named("server2")
    assert (found.url, found.name, found.verified) == ("ssh://teacher@server2", "server2", True)


def test_default_is_this_machine_s_own_whichever_context_is_in_use(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_context(folder, "other", "unix:///other.sock")
    use(folder, "other")
    monkeypatch.setenv("DOCKER_CONTEXT", "other")
    assert endpoint.named("default").url == endpoint.DEFAULT
    monkeypatch.setenv("DOCKER_HOST", "unix:///chosen.sock")
    assert endpoint.named("default").url == "unix:///chosen.sock"


def test_a_context_that_there_is_not_is_an_unknown_name(folder: Path) -> None:
    write_context(folder, "other", "unix:///other.sock")
    with pytest.raises(UnknownName, match="default, other"):
        endpoint.named("server2")


def test_other_authorities_do_not_stand_in_for_the_engine_s_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/all.pem")
    assert "REQUESTS_CA_BUNDLE" not in Endpoint("tcp://far:2376").environment()
    client = EngineClient(Endpoint("tcp://far:2376", certificates="/none", verified=False), "1.41")
    assert client.sdk.trust_env is False


def test_settings_that_are_broken_choose_nothing(folder: Path) -> None:
    (folder / "config.json").write_text("{")
    assert endpoint.find().url == endpoint.DEFAULT


def test_the_context_in_use_is_obeyed(folder: Path) -> None:
    write_context(folder, "other", "unix:///other.sock")
    use(folder, "other")
    assert endpoint.find().url == "unix:///other.sock"


def test_the_context_of_the_environment_outdoes_the_one_in_use(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_context(folder, "other", "unix:///other.sock")
    write_context(folder, "third", "unix:///third.sock")
    use(folder, "other")
    monkeypatch.setenv("DOCKER_CONTEXT", "third")
    assert endpoint.find().url == "unix:///third.sock"
    monkeypatch.setenv("DOCKER_CONTEXT", "default")
    assert endpoint.find().url == endpoint.DEFAULT


def test_the_address_of_the_environment_outdoes_every_context(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "nosuch")
    monkeypatch.setenv("DOCKER_HOST", "unix:///asked.sock")
    assert endpoint.find().url == "unix:///asked.sock"


def test_a_context_that_is_not_there_is_named_and_the_usual_engine_not_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "nosuch")
    for ask in (endpoint.find, engine.connect, engine.can_help):
        with pytest.raises(EngineUnavailable, match="nosuch") as caught:
            ask()
        assert "docker context ls" in caught.value.advice


def test_the_certificates_of_a_context_reach_all_that_speak_to_its_engine(folder: Path) -> None:
    certificates = write_context(folder, "far", "tcp://far:2376", tls=True)
    use(folder, "far")
    found = endpoint.find()
    assert (found.certificates, found.verified) == (str(certificates), True)
    assert found.settings == {
        "DOCKER_HOST": "tcp://far:2376",
        "DOCKER_CERT_PATH": str(certificates),
        "DOCKER_TLS": "1",
        "DOCKER_TLS_VERIFY": "1",
    }


def test_a_context_may_do_without_the_proof_of_who_its_engine_is(folder: Path) -> None:
    write_context(folder, "far", "tcp://far:2376", tls=True, skip=True)
    use(folder, "far")
    assert endpoint.find().certificates
    assert "DOCKER_TLS_VERIFY" not in endpoint.find().settings


def test_a_choice_made_in_the_middle_of_a_run_changes_nothing_for_it(folder: Path) -> None:
    write_context(folder, "other", "unix:///other.sock")
    use(folder, "other")
    assert endpoint.find().url == "unix:///other.sock"
    use(folder, "default")
    assert endpoint.find().url == "unix:///other.sock"


def test_docker_s_commands_get_the_engine_and_nothing_that_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where = Endpoint("unix:///with a space/engine.sock")
    monkeypatch.setenv("DOCKER_CONTEXT", "other")
    monkeypatch.setenv("DOCKER_CERT_PATH", "/elsewhere")
    done = subprocess.run(
        ["sh", "-c", where.command("env")], capture_output=True, text=True, check=True
    )
    for told in (
        dict(line.split("=", 1) for line in done.stdout.splitlines()),
        where.environment(),
    ):
        chosen = {name: told[name] for name in told if name.startswith("DOCKER_")}
        chosen.pop("DOCKER_CONFIG", None)
        assert chosen == {"DOCKER_HOST": where.url}
    assert where.environment()["PATH"] == os.environ["PATH"]
