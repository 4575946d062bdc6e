"""Host browser shows pages and sends nothing else; what programs leave is taken; server's name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import testinfra
from lab_clone import Clone
from testinfra.host import Host

from lab import Command, Family, Program, Scenario, Tcp
from lab.hosts.running_lab import RunningLab
from lab.observation import png
from lab.observation.observation import Observation
from lab.runner.run import observe
from lab.runner.stage import Stage
from lab.wire.packet import Packet

WEB = Tcp(8080)
WITHIN = 60.0

SERVER = """
import http.server

class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, flush=True)
        page = (b"<!doctype html><title>A page</title><h1>Read me</h1><p hidden>Not me</p>"
                b"<script>document.write('<p>' + 6 * 7)</script>")
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass

class Server(http.server.ThreadingHTTPServer):
    address_family = http.server.socket.AF_INET6

Server(("", 8080), Pages).serve_forever()
"""

CLICKS = """
from socketlab_browser import Browser, BrowserError

FORM = (
    '<input id=who value=old><p id=said></p>'
    '<button onclick="said.innerText = `Hello ${who.value}`">Greet</button>'
)

with Browser() as browser:
    browser.open("http://server:8080/")
    browser.run(f"document.body.innerHTML = {FORM!r}")
    browser.fill("#who", "Ada")
    browser.click("button")
    browser.wait_for("said.innerText != ''")
    print(browser.text)
    for does in (lambda: browser.click("#nobody"), lambda: browser.run("throw new Error('no')")):
        try:
            does()
        except BrowserError as error:
            print(error)
"""

CRASHES = """
from socketlab_browser import Browser, BrowserError

with Browser() as browser:
    for does in (lambda: browser.open("chrome://crash"), lambda: browser.title):
        try:
            does()
        except BrowserError as error:
            print(error)
"""


@pytest.fixture(scope="module")
def browser(this_lab: Clone) -> Host:
    """Give testinfra's view of host browser."""
    assert this_lab.lab("up", "browser", within=900).status == 0
    return testinfra.get_host(f"docker://{this_lab.ids()['browser']}")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Give a folder with a server of pages."""
    (tmp_path / "pages.py").write_text(SERVER)
    return tmp_path


def browse(network: RunningLab, folder: Path, family: Family, *programs: Program) -> Observation:
    """Have programs run on host browser while host server serves pages."""

    def steps(lab: Stage) -> None:
        server = lab.server.start(Program("pages.py", listens_on=WEB))
        for program in programs:
            lab.browser.run(program)
        server.stop()

    scenario = Scenario(hosts=["browser", "server"], steps=steps).placed(folder)
    observed = observe(network, scenario, family)
    assert observed.inconclusive == ()
    return observed


def strangers(observed: Observation) -> list[str]:
    """Say which packets of host browser are neither to nor from server and dns, nor about them."""
    known = {ip for ip, name in observed.names.items() if name in ("server", "dns", "browser")}

    def is_between(packet: Packet) -> bool:
        ends = [packet.source, packet.destination]
        return all(end is not None and end.ip in known for end in ends)

    return [
        f"{packet.source} → {packet.destination} {packet.protocol}"
        for packet in observed.packets(at="browser")
        if (packet.tcp or packet.udp) and not is_between(packet)
    ]


@pytest.mark.parametrize("whole", [[], ["--icons"]], ids=["shell", "whole"])
@pytest.mark.parametrize("family", Family)
def test_a_run_of_the_browser_looks_up_the_page_s_host_and_nobody_else(
    browser: Host, network: RunningLab, scenario: Path, family: Family, whole: list[str]
) -> None:
    words = ("browse", "http://server:8080/", *whole)
    observed = browse(network, scenario, family, Command(*words, deadline=WITHIN))
    assert observed.browser.stdout == ["A page", "Read me", "", "42"]
    asked = {
        question.name
        for packet in observed.packets(at="browser")
        if packet.dns
        for question in packet.dns.questions
    }
    assert asked == {f"server.ipv{'4' if family is Family.IPV4 else '6'}.lab.test"}
    assert strangers(observed) == []
    assert {c.server.port for c in observed.conversations(at="browser")} <= {53, 8080}


@pytest.mark.parametrize("whole", [False, True], ids=["shell", "whole"])
def test_a_browser_that_opens_no_page_sends_nothing(
    browser: Host, network: RunningLab, scenario: Path, whole: bool
) -> None:
    (scenario / "idle.py").write_text(
        "from socketlab_browser import Browser\n"
        f"with Browser(icons={whole}) as browser:\n"
        "    print(browser.run('new Promise(done => setTimeout(() => done(1), 3000))'))\n"
        # It asks for this by itself when it has run for half a minute, to hear of messages.
        "    asks = 'fetch(\"https://android.clients.google.com/checkin\")'\n"
        "    print(browser.run(asks + '.catch(error => error.message)'))\n"
    )
    observed = browse(network, scenario, Family.IPV4, Program("idle.py", deadline=WITHIN))
    assert observed.browser.stdout == ["1", "Failed to fetch"]
    sent = [p for p in observed.packets(at="browser") if p.tcp or p.udp]
    assert [p.dns.questions if p.dns else p for p in sent] == []


def test_the_browser_asks_for_the_page_s_icon_each_time_where_that_is_wanted(
    browser: Host, network: RunningLab, scenario: Path
) -> None:
    page = Command("browse", "http://server:8080/", "--icons", deadline=WITHIN)
    observed = browse(network, scenario, Family.IPV4, page, page)
    assert observed.server.stdout == ["/", "/favicon.ico"] * 2


def test_the_browser_asks_for_nothing_but_the_page_otherwise(
    browser: Host, network: RunningLab, scenario: Path
) -> None:
    page = Command("browse", "http://server:8080/", deadline=WITHIN)
    observed = browse(network, scenario, Family.IPV4, page, page)
    assert observed.server.stdout == ["/"] * 2


def test_a_screenshot_comes_back_from_the_host_and_is_not_blank(
    browser: Host, network: RunningLab, scenario: Path
) -> None:
    words = ("browse", "http://server:8080/", "--screenshot", "page.png")
    program = Command(*words, keeps=["page.png", "other.png"], deadline=WITHIN)
    files = browse(network, scenario, Family.IPV4, program).browser["browse"].files
    assert list(files) == ["page.png"]
    assert not png.read(files["page.png"]).is_blank
    assert png.size(files["page.png"]) == (640, 480)


def test_a_page_can_be_clicked_and_typed_into(
    browser: Host, network: RunningLab, scenario: Path
) -> None:
    (scenario / "clicks.py").write_text(CLICKS)
    observed = browse(network, scenario, Family.IPV4, Program("clicks.py", deadline=WITHIN))
    said = [line for line in observed.browser.stdout if line]
    assert "Hello Ada" in said
    assert said[-2:] == ["Error: the page has no #nobody", "Error: no"]


@pytest.mark.parametrize("whole", [False, True], ids=["shell", "whole"])
def test_a_page_whose_process_crashes_is_told_at_once(
    browser: Host, network: RunningLab, scenario: Path, whole: bool
) -> None:
    (scenario / "crashes.py").write_text(CRASHES.replace("Browser()", f"Browser(icons={whole})"))
    observed = browse(network, scenario, Family.IPV4, Program("crashes.py", deadline=WITHIN))
    assert observed.browser.stdout[-1] == (
        "the process that draws the page has crashed; is /tmp full?"
    )


def test_where_there_is_no_page_the_browser_says_why(
    browser: Host, network: RunningLab, scenario: Path
) -> None:
    observed = browse(
        network,
        scenario,
        Family.IPV4,
        Command("browse", "http://server:8081/", deadline=WITHIN),
        Command("browse", "http://nobody.lab.test/", deadline=WITHIN),
    )
    assert [line.partition(": net::")[2] for line in observed.browser.stderr] == [
        "ERR_CONNECTION_REFUSED",
        "ERR_NAME_NOT_RESOLVED",
    ]
    assert [transcript.exit_status for transcript in observed.browser.transcripts] == [1, 1]


def test_nothing_of_a_browser_stays_behind(
    browser: Host, network: RunningLab, scenario: Path
) -> None:
    # A student may have left a picture there by hand.
    found = "ls -A /tmp /home/student | grep -v '^\\.\\|:$' || true"
    before = browser.check_output(found)
    program = Command("browse", "http://server:8080/", deadline=WITHIN)
    browse(network, scenario, Family.IPV4, program)
    assert browser.check_output(found) == before
    assert browser.check_output("ps -u student -o args= || true") == ""


def test_the_server_has_a_certificate_for_its_names_from_the_lab_s_authority(
    this_lab: Clone,
) -> None:
    server = testinfra.get_host(f"docker://{this_lab.ids()['server']}")
    folder = "/etc/ssl/socketlab"
    told = server.check_output(
        "python3 -c 'import ssl; print(ssl._ssl._test_decode_cert(\"%s\"))'", f"{folder}/server.crt"
    )
    assert set(re.findall(r"'DNS', '([^']+)'", told)) == {
        "server",
        "server.lab.test",
        "server.ipv4.lab.test",
        "server.ipv6.lab.test",
    }
    seen = this_lab.docker(
        "exec", "-u", "student", this_lab.ids()["server"], "head", "-n1", f"{folder}/server.key"
    )
    assert "PRIVATE KEY" in seen


def test_no_other_host_has_the_server_s_key(this_lab: Clone) -> None:
    for host in ("client", "dns"):
        with pytest.raises(AssertionError):
            this_lab.docker("exec", this_lab.ids()[host], "ls", "/etc/ssl/socketlab/server.key")
