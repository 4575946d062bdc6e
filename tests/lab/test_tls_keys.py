"""The secrets of TLS connections: with them Wireshark reads what crossed; nothing else comes by."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from lab import Family, Program, Scenario, Tcp
from lab.hosts.running_lab import RunningLab
from lab.observation import store
from lab.observation.observation import Observation
from lab.observation.run import Run
from lab.runner.run import observe
from lab.runner.stage_host import KEYS
from lab.story.page.decrypted import decrypted
from lab.story.page.render import render_page
from lab.story.pcapng import pcapng
from lab.story.timeline.timeline import Timeline

HTTPS = Tcp(8443)
SERVER = """
    import http.server, ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/etc/ssl/socketlab/server.crt", "/etc/ssl/socketlab/server.key")
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(203)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"hi")
        def log_message(self, *words):
            pass
    server = http.server.HTTPServer(("", 8443), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
"""
CLIENT = """
    import os, ssl, urllib.request
    print("before", os.path.exists(os.environ["SSLKEYLOGFILE"]))
    for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
        context = ssl.create_default_context(cafile="/etc/ssl/socketlab/ca.crt")
        context.minimum_version = context.maximum_version = version
        url = f"https://server:8443/secret-{version.name}"
        with urllib.request.urlopen(url, context=context) as answer:
            print(answer.status)
    print("left", sorted(os.listdir(".")))
"""
PIPE = f"""
    import os
    os.mkfifo({KEYS!r})
"""
LINE = f"CLIENT_RANDOM {'0a' * 32} {'fe' * 48}\n"


def play(network: RunningLab, folder: Path, client: str, server: str = "") -> Observation:
    files = {"client.py": client, "server.py": server}
    for name, text in files.items():
        (folder / name).write_text(dedent(text))
    serving = {"server": Program("server.py", listens_on=HTTPS, serves=True)} if server else {}
    scenario = Scenario(client=Program("client.py"), hosts=["client", "server"], **serving)  # type: ignore[arg-type]
    observed = observe(network, scenario.placed(folder), Family.IPV4)
    assert observed.inconclusive == ()
    assert observed.failures == []
    return observed


@pytest.fixture(scope="module")
def talked(network: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Observation:
    """Give a run of HTTPS over TLS 1.2 and 1.3."""
    return play(network, tmp_path_factory.mktemp("tls"), CLIENT, SERVER)


def test_a_run_keeps_the_secrets_of_its_connections_and_no_file_of_the_program_s(
    talked: Observation, tmp_path: Path
) -> None:
    assert talked.client.stdout == ["before False", "203", "203", "left ['client.py']"]
    labels = [line.split()[0] for line in talked.client.tls_keys.splitlines()]
    assert {"CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"} < {*labels}
    assert talked.server.tls_keys == ""
    store.save(tmp_path, Run.of(talked))
    kept = store.load(tmp_path).observation
    assert kept is not None
    assert kept.client.tls_keys == talked.client.tls_keys


def test_the_page_shows_what_was_said_inside_https(talked: Observation) -> None:
    rows = decrypted(Timeline.of(Run.of(talked)))
    said = [(each.sender, line) for each in rows for line in each.said.splitlines()]
    for version in ("TLSv1_2", "TLSv1_3"):
        assert ("client", f"GET /secret-{version} HTTP/1.1") in said
    assert said.count(("server", "HTTP/1.0 203 Non-Authoritative Information")) == 2
    assert "decrypted with the run" in render_page(Timeline.of(Run.of(talked)))


def test_tshark_shows_what_was_said_inside_https(talked: Observation, tmp_path: Path) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed on this machine")
    path = tmp_path / "run.pcapng"
    path.write_bytes(pcapng(Timeline.of(Run.of(talked))))
    fields = ["-T", "fields", "-e", "http.request.uri", "-e", "http.response.code"]
    said = subprocess.run(
        ["tshark", "-r", str(path), "-d", "tcp.port==8443,tls", "-Y", "http", *fields],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert {"/secret-TLSv1_2\t", "/secret-TLSv1_3\t", "\t203"} <= {*said.splitlines()}


def test_a_key_log_is_new_in_each_run_and_no_link_or_pipe_is_followed(
    talked: Observation, network: RunningLab, tmp_path: Path
) -> None:
    assert talked.client.tls_keys
    link = f"""
        import os
        print("before", os.path.exists({KEYS!r}))
        with open("/tmp/keys", "w") as file:
            file.write({LINE!r})
        os.symlink("/tmp/keys", {KEYS!r})
    """
    linked = play(network, tmp_path, link)
    assert linked.client.stdout == ["before False"]
    assert linked.client.tls_keys == ""
    assert play(network, tmp_path, PIPE).client.tls_keys == ""
