"""The live page's faults, floods and ends: what it leaves behind on hosts, which is nothing."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from lab_clone import Clone
from live_page import Page, Served, gone, served
from selenium import webdriver

from lab.hosts.docker import labels

pytest_plugins = ["chromium"]

FLOOD = (
    'python3 -c "import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); '
    "[s.sendto(b'flood', ('server', 9)) for _ in range(3000)]\""
)


@pytest.fixture
def live(this_lab: Clone) -> Iterator[Served]:
    with served(this_lab) as opened:
        yield opened


@pytest.fixture
def page(live: Served, browser: webdriver.Chrome) -> Page:
    opened = Page(browser)
    opened.open(live.address())
    return opened


def faults(clone: Clone) -> str:
    """Return what is done to hosts now."""
    return "\n".join(
        line for line in clone.lab("status").stdout.splitlines() if "fault in force" in line
    )


def set_a_fault(page: Page, clone: Clone) -> None:
    page.choose("[name=link]", "middle")
    page.choose("[name=towards]", "remote")
    page.choose("[name=kind]", "cut")
    page.click("#fault button[type=submit]")
    page.wait("the fault", lambda: "on middle towards remote" in page.text("#faults"))
    assert "on middle towards remote" in faults(clone)


def test_a_fault_counts_what_it_meets_and_ends_with_its_page(
    this_lab: Clone, live: Served, page: Page
) -> None:
    set_a_fault(page, this_lab)
    page.shell("client")
    page.type("ping -c 1 -W 1 remote")
    page.wait("the loss", lambda: "100% packet loss" in page.screen("client"))
    page.wait("what it met", lambda: "met 1 packet" in page.text("#faults"))
    page.wait("the lost packet", lambda: page.echoes == ["echo request 1 lost"])
    page.browser.get("about:blank")
    assert live.process.poll() is None
    page.wait("no fault", lambda: not faults(this_lab))


def test_any_host_s_own_link_can_be_cut_until_its_page_closes(
    this_lab: Clone, live: Served, page: Page
) -> None:
    page.choose("[name=link]", "server on lan")
    page.choose("[name=kind]", "cut")
    page.click("#fault button[type=submit]")
    page.wait("the cut", lambda: "link down on lan at server" in page.text("#faults"))
    assert "link down on lan at server" in faults(this_lab)
    page.watches("client")
    page.shell("client")
    page.type("ping -4 -c 1 -W 1 10.$(hostname -i | cut -d. -f2).0.20; echo tri''ed")
    page.wait("the loss", lambda: "tried" in page.screen("client"))
    assert "1 received" not in page.screen("client")
    page.browser.get("about:blank")
    page.wait("no fault", lambda: not faults(this_lab))
    assert this_lab.lab("exec", "client", "--", "ping", "-c", "1", "server").status == 0


def test_a_host_s_own_link_loses_what_was_sent_until_its_page_closes(
    this_lab: Clone, live: Served, page: Page
) -> None:
    page.watches("client", "server")
    page.shell("client")
    # Name servers cannot be asked once the client's link is cut.
    page.type("to=$(getent ahostsv4 server | sed 's/ .*//;q'); echo is kno''wn")
    page.wait("the server's address", lambda: "is known" in page.screen("client"))
    page.choose("[name=link]", "client on lan")
    page.choose("[name=towards]", "(away from it)")
    page.choose("[name=kind]", "cut")
    page.click("#fault button[type=submit]")
    page.wait("the cut", lambda: "on lan at client, away from it" in page.text("#faults"))
    page.browser.execute_script("document.querySelector('.window textarea').focus()")
    page.type("ping -c 1 -W 1 $to")
    page.wait("the loss", lambda: "100% packet loss" in page.screen("client"))
    page.wait("the lost packet", lambda: page.echoes == ["echo request 1 lost"])
    page.browser.get("about:blank")
    page.wait("no fault", lambda: not faults(this_lab))
    assert this_lab.lab("exec", "client", "--", "ping", "-c", "1", "server").status == 0


def cut(page: Page, link: str, towards: str = "both ways") -> None:
    page.choose("[name=link]", link)
    page.choose("[name=towards]", towards)
    page.choose("[name=kind]", "cut")
    page.click("#fault button[type=submit]")
    page.wait("the cut's setting", lambda: not page.text("#setting"))


def test_a_fault_of_another_session_is_told_while_it_lasts(this_lab: Clone, page: Page) -> None:
    page.watches("client")
    with this_lab.start("fault", "lan", "--lose", "50%", "--from", "client") as process:
        try:
            page.wait("it", lambda: "client: loss of 50%" in page.text("#others"))
            cut(page, "client on lan", "(away from it)")
            page.wait("a refusal", lambda: "undo the one that is there" in page.text("#error"))
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    page.wait("its end", lambda: not page.text("#others").strip())
    cut(page, "client on lan", "(away from it)")
    page.wait("the page's own", lambda: "away from it: met" in page.text("#faults"))
    assert not page.text("#others").strip()


def test_faults_end_with_their_host_and_others_go_on(this_lab: Clone, page: Page) -> None:
    set_a_fault(page, this_lab)
    page.watches("server")
    for time in ("first", "second"):
        cut(page, "server on lan")
        page.wait(f"the {time} cut", lambda: "link down" in page.text("#faults"))
        cut(page, "server on lan")
        page.wait("a refusal", lambda: "its link is down" in page.text("#error"))
        this_lab.docker("kill", this_lab.ids()["server"])
        page.wait("its end", lambda: "link down" not in page.text("#faults"))
        page.wait("why", lambda: "Ended" in page.text("#notice"))
        assert "on middle towards remote" in page.text("#faults")
        assert this_lab.lab("up", "server", within=300).status == 0
        page.watches("server")
    assert "on middle towards remote" in faults(this_lab)


def test_a_fault_whose_container_ends_is_told_and_others_are_counted_on(
    this_lab: Clone, page: Page
) -> None:
    cut(page, "client on lan", "(away from it)")
    page.wait("the cut", lambda: "away from it" in page.text("#faults"))
    set_a_fault(page, this_lab)
    apart = this_lab.docker("ps", "-q", "--filter", f"label={labels.APART}={this_lab.project}")
    this_lab.docker("kill", "--signal", "TERM", *apart.split())
    page.wait("why", lambda: "Ended (" in page.text("#notice"))
    page.wait("its end", lambda: "away from it" not in page.text("#faults"))
    page.shell("client")
    page.type("ping -c 1 -W 1 remote")
    page.wait("what the other met", lambda: "met 1 packet" in page.text("#faults"))


def test_a_page_that_is_loaded_again_says_what_that_has_ended(
    this_lab: Clone, live: Served, page: Page
) -> None:
    cut(page, "server on lan")
    page.wait("the cut", lambda: "link down" in page.text("#faults"))
    page.browser.refresh()
    page.settle()
    page.wait("what has ended", lambda: "link down on lan at server" in page.text("#notice"))
    page.wait("no fault", lambda: not page.text("#faults"))
    assert not faults(this_lab)
    assert live.process.poll() is None


def test_a_server_that_is_killed_leaves_nothing_on_hosts(
    this_lab: Clone, live: Served, page: Page
) -> None:
    set_a_fault(page, this_lab)
    page.shell("client")
    page.type("setsid nohup sleep 4242 & sleep 4243")
    page.wait(
        "its start", lambda: "sleep 4243" in this_lab.lab("exec", "client", "ps", "-ef").stdout
    )
    live.kill()
    for host in ("client", "server", "router"):
        assert gone(this_lab, host, "sleep 424")
        assert gone(this_lab, host, "/usr/bin/python3 -I -c")
    page.wait("no fault", lambda: not faults(this_lab))
    page.wait("the end on the page", lambda: "has ended" in page.text("#connected"))


def test_a_host_that_dies_is_shown_as_dead_and_all_else_goes_on(
    this_lab: Clone, live: Served, page: Page
) -> None:
    page.shell("server")
    this_lab.docker("kill", this_lab.ids()["server"])
    page.wait("its death", lambda: "dead" in page.text("[data-host=server] .state"))
    page.wait("the end of its shell", lambda: "ended" in page.text(".window .said"))
    page.shell("client")
    page.type("ping -c 1 -W 1 dns")
    page.wait("what crosses elsewhere", lambda: "echo reply 1" in page.echoes)
    assert this_lab.lab("up", within=300).status == 0
    page.wait(
        "its return",
        lambda: (
            page.all("[data-host=server] .state") and "up" in page.text("[data-host=server] .state")
        ),
    )
    page.click("#clear")
    page.click(".window[data-host=client] .screen")
    page.type("clear; ping -c 1 server")
    page.wait("what crosses to it", lambda: page.echoes[:1] == ["echo request 1"])
    assert live.process.poll() is None


def test_of_a_flood_some_is_drawn_and_all_is_kept(live: Served, page: Page) -> None:
    page.shell("client")
    page.type(FLOOD)
    page.wait("what is not drawn", lambda: "are not drawn" in page.text("#undrawn"))
    page.wait("its mark", lambda: "not drawn" in page.text("#scroll .gap"))
    page.type("echo still he''re")
    page.wait("an echo", lambda: "still here" in page.screen("client"))
    script = (
        "const [host, done] = arguments; fetch(`/capture/${host}.pcap`)"
        ".then((each) => each.arrayBuffer()).then((all) => done(all.byteLength))"
    )
    page.wait(
        "the capture of all",
        lambda: page.browser.execute_async_script(script, "client") > 3000 * 60,
    )
    link = "document.querySelector('#scroll .gap a').getAttribute('href')"
    of_the_gap = script.replace("`/capture/${host}.pcap`", link)
    page.wait(
        "the capture of what is not drawn",
        lambda: page.browser.execute_async_script(of_the_gap, "client") > 100 * 60,
    )
    assert not page.all("#error:not([hidden])")
    assert live.process.poll() is None


def test_who_may_look_only_cannot_touch(this_lab: Clone, browser: webdriver.Chrome) -> None:
    with served(this_lab, "--share") as live:
        page = Page(browser)
        page.open(live.address(r"^To look only: (http://\S+)"))
        assert not page.all("button.open, #run, #fault, #terminals")
        opened = (
            "const done = arguments[0];"
            "const socket = new WebSocket(`ws://${location.host}/terminal/client`);"
            "socket.onopen = () => done('open'); socket.onerror = () => done('refused');"
        )
        assert browser.execute_async_script(opened) == "refused"
        browser.execute_script("ask({do: 'run', scenario: 'tcp_connect'})")
        assert live.end() == 0
        assert "tcp_connect" not in page.text("#running")
        entries = browser.get_log("browser")  # type: ignore[no-untyped-call]
        assert entries  # the refusal, and the end
