"""The live page, as a teacher uses it: by what is on it after clicks and keys."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest
from lab_clone import GOOD_CLIENT, GOOD_SERVER, Clone
from live_page import Page, Served, served
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from waiting import PATIENCE

pytest_plugins = ["chromium"]

FOUR = ["echo request 1", "echo reply 1", "echo request 2", "echo reply 2"]
LEFT = ("sources", "sleep 4242")
"""What a stream, a shell or what was started in one has in its command."""


@pytest.fixture(scope="module")
def live(this_lab: Clone) -> Iterator[Served]:
    with served(this_lab) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(live: Served, browser: webdriver.Chrome) -> Page:
    opened = Page(browser)
    opened.open(live.address())
    return opened


def test_what_is_typed_into_a_shell_crosses_as_arrows(page: Page) -> None:
    page.watches("client", "server")
    page.shell("client")
    page.type("ping -c 2 server")
    page.wait("four arrows", lambda: page.echoes == FOUR)
    assert "2 packets transmitted, 2 received" in " ".join(page.screen("client").split())
    page.click("#aside")
    page.wait("the look-ups", lambda: any("server" in each for each in page.labels))
    page.click("#aside")
    page.wait("four arrows", lambda: page.echoes == FOUR)


def test_an_arrow_opens_the_panel_of_its_packet(page: Page) -> None:
    page.click("#scroll .way[aria-label*='echo request 2']")
    page.wait("the panel", lambda: "Sequence Number" in page.text("#packet-headers"))
    assert "client → server: echo request 2" in page.text("#packet-said")
    assert page.all("#packet.open")
    ActionChains(page.browser).send_keys("n").perform()
    page.wait("the next", lambda: "echo reply 2" in page.text("#packet-said"))
    page.click("#close")


def test_a_click_meets_what_stood_under_the_pointer_when_it_was_pressed(
    this_lab: Clone, page: Page
) -> None:
    crossed = "return items.filter((each) => each.what?.startsWith('echo')).length"
    page.browser.execute_script("longestPress = 100_000")
    page.hold("#scroll .way[aria-label*='echo request 2']")
    before = page.browser.execute_script(crossed)
    said = this_lab.lab("exec", "client", "ping", "-c", "30", "-i", "0.01", "server")
    assert said.status == 0, said.text
    page.wait("what the page holds back", lambda: page.browser.execute_script("return late.length"))
    assert page.browser.execute_script(crossed) == before
    page.let_go()
    page.wait("the panel", lambda: "client → server: echo request 2" in page.text("#packet-said"))
    page.wait("the others", lambda: page.browser.execute_script(crossed) >= before + 60)
    page.click("#close")
    page.click("#clear")
    page.wait("an empty ladder", lambda: not page.echoes)
    page.click(".window[data-host=client] .screen")
    page.type("ping -c 2 server")
    page.wait("four arrows", lambda: page.echoes == FOUR)


def test_the_ladder_is_filtered_paused_and_cleared(page: Page) -> None:
    page.write("#filter", "reply")
    page.wait("the replies", lambda: page.echoes == FOUR[1::2])
    page.click("#filter-clear")
    page.wait("all of them", lambda: page.echoes == FOUR)
    page.click("#pause")
    page.click(".window[data-host=client] .screen")
    page.type("ping -c 1 server")
    page.wait("what waits", lambda: "new" in page.text("#pause"))
    assert page.echoes == FOUR
    page.click("#pause")
    page.wait("what waited", lambda: page.echoes == [*FOUR, *FOUR[:2]])
    page.click("#clear")
    page.wait("an empty ladder", lambda: not page.echoes)


def test_what_a_host_prints_sets_no_title_link_or_clipboard(page: Page) -> None:
    page.click(".window[data-host=client] .screen")
    title = page.browser.title
    evil = [
        r"\e]0;owned\a\e]2;owned\a",
        r"\e]52;c;b3duZWQ=\a",
        r"\e]8;;http://127.0.0.1/owned\e\\link\e]8;;\e\\",
        r"\e[21t\e[18t\eP$qm\e\\\e]10;?\a\e]4;1;?\a",
    ]
    page.type(f"clear; printf '{''.join(evil)}'; echo; echo do''ne")
    page.wait("it is printed", lambda: "done" in page.screen("client"))
    assert page.browser.title == title
    screen = page.screen("client")
    assert "link" in screen
    assert "owned" not in screen.replace("printf", "")
    assert "rgb:" not in screen  # as a terminal answers that tells its colours
    assert page.all(".xterm-rows a, .xterm-rows [class*=underline]") == []


def test_no_shell_is_root_s_unless_that_was_allowed(page: Page) -> None:
    asked_for = """
        const done = arguments[0];
        const socket = new WebSocket(`ws://${location.host}/terminal/server?root=1`);
        let shown = "";
        socket.binaryType = "arraybuffer";
        socket.onopen = () => socket.send(new TextEncoder().encode("id\\n"));
        socket.onmessage = (event) => {
            if (typeof event.data !== "string") shown += new TextDecoder().decode(event.data);
            const user = /uid=\\d+\\((\\w+)\\)/.exec(shown);
            if (user) socket.close();
            if (user) done(user[1]);
        };
    """
    page.browser.set_script_timeout(PATIENCE)
    assert page.browser.execute_async_script(asked_for) == "student"


def test_a_scenario_runs_by_a_button_and_its_verdicts_and_page_are_there(page: Page) -> None:
    page.click("#clear")
    page.write("[name=scenario]", "tcp_connect")
    page.choose("[name=over]", "IPv4")
    page.click("#run-it")
    page.wait("the verdicts", lambda: page.text("#running-says") == "All holds.")
    assert "the connection opens with a three-way handshake" in page.text("#verdicts")
    page.wait("what it printed", lambda: "│ Goodbye" in page.text("#scroll .words"))
    page.wait("its sockets' states", lambda: "CLOSE_WAIT" in page.text("#scroll .words"))
    page.wait("its life", lambda: "TIME_WAIT" in [state for state, _, _ in bands(page, "server")])
    of_client = bands(page, "client")
    states = [state for state, _, _ in of_client]
    assert states[:2] == ["SYN_SENT", "ESTABLISHED"]
    assert "CLOSED" not in states
    assert all(top < bottom for _, top, bottom in of_client)
    assert all(one[2] == other[1] for one, other in pairwise(of_client))
    assert "ESTABLISHED" in [state for state, _, _ in bands(page, "server")]
    page.wait("where it listened", lambda: "LISTEN" in [each[0] for each in bands(page, "server")])
    page.write("#filter", "SYN")
    page.wait("its packets", lambda: page.labels == ["SYN", "SYN ACK"])
    page.click("#filter-clear")
    page.wait("the end of the shell", lambda: "a run" in page.text(".window .said"))
    first = page.browser.current_window_handle
    page.click("#pages a")
    page.browser.switch_to.window(page.browser.window_handles[-1])
    page.wait("the run's page", lambda: page.all(".way.chosen, #packet-said"))
    assert page.browser.title == "tcp_connect over IPv4"
    assert "SYN" in page.text("#packet-said") or page.all(".ladder .way")
    page.browser.close()
    page.browser.switch_to.window(first)


def bands(page: Page, host: str) -> list[tuple[str, float, float]]:
    """Return the states along a host's life line as they are drawn, each with its ends."""
    script = (
        "return [...document.querySelectorAll('#scroll .band')]"
        ".filter((band) => band.dataset.host === arguments[0])"
        ".map((band) => [band.classList[1].slice(2), Number(band.getAttribute('y')), "
        "Number(band.getAttribute('y')) + Number(band.getAttribute('height'))])"
        ".sort((one, other) => one[1] - other[1])"
    )
    return [tuple(each) for each in page.browser.execute_script(script, host)]


def test_a_socket_that_listens_has_a_band_as_long_as_it_does(page: Page) -> None:
    page.click("#clear")
    page.shell("server")
    listens = "socket.create_server(('', 15999)); print('li' + 'stens'); input()"
    page.type(f'python3 -c "import socket; s={listens}"')
    page.wait("its socket", lambda: "listens" in page.screen("server"))
    page.wait("its band", lambda: "LISTEN" in [each[0] for each in bands(page, "server")])
    page.click("#clear")
    page.wait("its band still", lambda: listening(page, "server") == [True])
    page.click(".window[data-host=server] .screen")
    page.type("")
    page.type("ping -c 1 client")
    page.wait("what crosses then", lambda: page.echoes == FOUR[:2])
    page.wait("its end", lambda: True not in listening(page, "server"))
    page.click(".window[data-host=server] .bar button")


def listening(page: Page, host: str) -> list[bool]:
    """Return for each socket that listened, as it is drawn, whether it does so to the end."""
    height = page.browser.execute_script("return Number(canvas.getAttribute('height'))")
    return [bottom == height for state, _, bottom in bands(page, host) if state == "LISTEN"]


def test_a_scenario_is_stepped_by_buttons(page: Page) -> None:
    page.write("[name=scenario]", "tcp_connect")
    page.click("#step-it")
    page.wait("its turn", lambda: page.all("[data-move=server]:not([disabled])"))
    page.click("[data-move=server]")
    page.wait("the next step", lambda: "server.py:" in page.played("#head"))
    page.click("[data-move=on]")
    page.wait("the end", lambda: "Result: " in page.text("#walk-result"))
    page.wait("the verdicts", lambda: page.text("#running-says") == "The walk has ended.")
    assert "the server closes first" in page.text("#verdicts")


def test_the_player_of_a_walk_goes_back_through_its_steps(page: Page) -> None:
    page.wait("its last step", lambda: shown_step(page)[0] == shown_step(page)[1])
    crossed = "[...root.querySelectorAll('#ladder .way')].map((each) => each.ariaLabel).join()"
    assert "client sends SYN to server" in page.player(crossed)
    assert "Goodbye" in page.played("#ladder .printed")
    page.click_player("#first")
    page.wait("the first step", lambda: shown_step(page)[0] == 0)
    assert page.player(crossed) == ""
    for side, file in ("0", "server.py"), ("1", "client.py"):
        assert file in page.played(f"#name-{side}")
        assert "socket" in page.played(f"#source-{side} code")
    ActionChains(page.browser).send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT).perform()
    page.wait("the third", lambda: shown_step(page)[0] == 2)
    assert page.player("root.querySelectorAll('.source [aria-current=step]').length") >= 1
    ActionChains(page.browser).send_keys(Keys.ARROW_LEFT).perform()
    page.wait("the second", lambda: shown_step(page)[0] == 1)
    moves = "root.querySelector('#slider').value = 4"
    page.player(f"({moves}, root.querySelector('#slider').dispatchEvent(new Event('input')))")
    page.wait("the fifth", lambda: shown_step(page)[0] == 4)
    stepped = page.player("[...root.querySelectorAll('#values-0 p')].map((e) => e.className)")
    assert stepped
    page.click_player("#last")
    page.wait("the last step", lambda: shown_step(page)[0] == shown_step(page)[1])
    page.click_player("#ladder .step")
    page.wait("a step of the ladder", lambda: shown_step(page)[0] < shown_step(page)[1])
    assert "#step" not in page.browser.current_url


def test_who_looks_back_stays_there_while_a_walk_goes_on(page: Page) -> None:
    page.click("#step-it")
    page.wait("its turn", lambda: page.all("[data-move=server]:not([disabled])"))
    for at in (1, 2):
        page.wait(f"step {at}", partial(is_last_step, page, at - 1))
        page.click("[data-move=server]")
    page.wait("three steps", partial(is_last_step, page, 2))
    page.click_player("#back")
    page.click("[data-move=on]")
    page.wait("the end", lambda: "Result: " in page.text("#walk-result"))
    assert shown_step(page)[0] == 1
    assert shown_step(page)[1] > 10
    page.browser.refresh()
    page.settle()
    page.wait("all steps again", lambda: page.all(".player") and shown_step(page)[1] > 10)


def is_last_step(page: Page, number: int) -> bool:
    return bool(page.all(".player")) and shown_step(page) == (number, number)


def shown_step(page: Page) -> tuple[int, int]:
    """Return which step the player shows, and which is the last that it has."""
    found = re.findall(r"\d+", page.played("#link"))
    return int(found[0]), int(found[-1])


def test_a_walk_is_kept_with_its_page(page: Page) -> None:
    page.wait("its page", lambda: page.all("#pages a"))
    assert page.all("#pages a[href$='/tcp_connect/step/steps.html']")


def test_two_files_run_by_a_button(page: Page, tmp_path: Path) -> None:
    (tmp_path / "server.py").write_text(dedent(GOOD_SERVER))
    (tmp_path / "client.py").write_text(dedent(GOOD_CLIENT))
    page.click("#run details summary")
    page.write("[name=server]", str(tmp_path / "server.py"))
    page.write("[name=client]", str(tmp_path / "client.py"))
    page.click("#run-it")
    page.wait("its page", lambda: page.all("#pages a[href$='/out/try/page.html']"))
    page.wait("its end", lambda: page.text("#running-says") == "All holds.")
    page.wait("what it printed", lambda: "b'hello'" in page.text("#scroll .words"))


def test_nothing_went_wrong_on_the_page(page: Page) -> None:
    entries = page.browser.get_log("browser")  # type: ignore[no-untyped-call]
    messages = [entry["message"] for entry in entries]
    assert [each for each in messages if "ERR_NETWORK_CHANGED" not in each] == []


@pytest.mark.parametrize(
    "path", ["/", "/items", "/packet/1", "/static/follow.js", "/out/index.html"]
)
def test_without_the_token_nobody_gets_in(live: Served, path: str) -> None:
    assert asked(live, path) == 403
    assert asked(live, path, Host="evil.example") == 421
    assert asked(live, path, Origin="http://evil.example") == 403
    assert asked(live, "/enter/guessed") == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 101),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": None}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
        ({"Cookie": None}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/follow", "/terminal/client"])
def test_a_websocket_is_for_this_page_alone(
    live: Served, page: Page, path: str, headers: dict[str, str | None], status: int
) -> None:
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.browser.get_cookies())
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Origin": live.base,
        "Cookie": cookies,
    }
    given = {name: value for name, value in {**upgrade, **headers}.items() if value is not None}
    assert asked(live, path, **given) == status


def asked(live: Served, path: str, **headers: str) -> int:
    """Ask the server for a path with these headers, and return the status of its answer."""
    host = live.base.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=PATIENCE)
    try:
        connection.putrequest("GET", path, skip_host=True)
        for name, value in {"Host": host, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()
