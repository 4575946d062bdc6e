"""The live page by itself: whether it can be read, reached by keyboard, and what it says when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, press
from live_still import UP, Still, opened, packet
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

pytest_plugins = ["chromium"]

WIDE = (1600, 900)
FAINT = Path(__file__).with_name("faint.js")
LONG = "loss of 30% of the packets on lan at client, away from it"
FOCUS = "const is = document.activeElement; return is.getAttribute('aria-label') || is.textContent"


@pytest.fixture
def still(browser: webdriver.Chrome, tmp_path: Path) -> Still:
    return opened(browser, tmp_path, LAPTOP)


@pytest.fixture(params=[PHONE, LAPTOP, WIDE], ids=["phone", "laptop", "wide"])
def sized(
    request: pytest.FixtureRequest, browser: webdriver.Chrome, tmp_path: Path
) -> Iterator[Still]:
    still = opened(browser, tmp_path, request.param)
    yield still
    still.theme("")


def fault(number: int, says: str = LONG, met: int | None = 0) -> dict[str, object]:
    return {"number": number, "says": says, "met": met}


def fill(still: Still) -> None:
    """Have all there is on the page at once."""
    lost = packet(3, "echo request 3 lost", lost=True, reached=[])
    gap = {"id": 4, "t": "400.000", "gap": 8934, "between": "1-2"}
    still.told(items=[packet(1, "echo request 1"), packet(2, "port unreachable", css="bad"), lost])
    still.told(items=[gap], undrawn=8934, lost=3, forgotten={"client": 7})
    still.told(faults=[fault(1), fault(2, "link down on lan at server", None)], others=[LONG])
    verdicts = [{"sentence": "it holds", "outcome": each} for each in ("HOLDS", "FAILS")]
    run = {"name": "tcp_connect", "outcome": "FAILS", "reason": "", "verdicts": verdicts}
    running = {"run": 1, "going": False, "status": 1, "wanted": {"scenario": "tcp_connect"}}
    still.told(running={**running, "says": [], "runs": [run], "pages": [["tcp_connect", "a.html"]]})
    still.told(hosts={**dict.fromkeys(UP, "Up"), "remote": "Exited (137)"}, watched=[], problem="")
    still.run("openShell('client'); openShell('server'); choose(2)")
    still.told(error=f"setting the fault: {LONG}\nTry: another", said=[f"Undone: {LONG}"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_can_be_read_and_nothing_reaches_out_of_the_window(sized: Still, theme: str) -> None:
    sized.theme(theme)
    fill(sized)
    assert sized.run(FAINT.read_text("utf-8")) == {"faint": [], "out": []}


def test_what_a_screen_reader_is_told_names_each_control_and_what_it_is_for(still: Still) -> None:
    still.run("window.fetch = async () => ({ ok: false })")
    fill(still)
    still.browser.execute_cdp_cmd("Accessibility.enable", {})
    tree = still.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    still.browser.execute_cdp_cmd("Accessibility.disable", {})
    controls = [
        (each["role"]["value"], each.get("name", {}).get("value", "").strip())
        for each in tree
        if not each["ignored"]
        and any(of["name"] == "focusable" and of["value"]["value"] for of in each["properties"])
    ]
    assert [role for role, name in controls if not name] == []
    assert [name for role, name in controls if role == "generic"] == []
    assert sorted(name for _, name in controls if name.startswith("Undo")) == [
        "Undo link down on lan at server",
        f"Undo {LONG}",
    ]
    shells = [name for role, name in controls if role == "textbox" and "hell" in name]
    assert shells == [f"Shell on {each}: Shift+Tab leaves it" for each in ("client", "server")]


def test_the_keyboard_stays_where_it_is_while_faults_count_and_are_undone(still: Still) -> None:
    still.told(faults=[fault(1, "one"), fault(2, "two")], others=[])
    still.run("document.querySelector('#faults button').focus()")
    still.told(faults=[fault(1, "one", 5), fault(2, "two", 7)], others=["client: three"])
    assert still.text("#faults span") == "one: met 5 packets\ntwo: met 7 packets"
    assert still.run(FOCUS) == "Undo one"
    press(still.browser, Keys.ENTER)
    assert still.asked() == [{"do": "undo", "number": 1}]
    still.told(faults=[fault(2, "two", 7)], others=[])
    assert still.run(FOCUS) == "Undo two"
    still.told(faults=[], others=[])
    assert still.run(FOCUS) == "Set"


def test_the_keyboard_stays_where_it_is_while_links_are_made_anew(still: Still) -> None:
    still.told(undrawn=10, lost=0, forgotten={})
    still.run("document.querySelectorAll('#undrawn a')[1].focus()")
    still.told(undrawn=20, lost=0, forgotten={})
    assert still.run(FOCUS) == "server.pcap"


def test_what_went_wrong_is_in_sight_wherever_the_page_is_scrolled_to(sized: Still) -> None:
    fill(sized)
    sized.run("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    tops = "return ['error', 'notice'].map((id) => byId(id).getBoundingClientRect())"
    for rect in sized.run(f"{tops}.map((rect) => [rect.top, rect.bottom, innerHeight])"):
        assert 0 <= rect[0] < rect[1] <= rect[2]
    sized.run("document.activeElement.blur()")
    press(sized.browser, Keys.ESCAPE)
    assert sized.run("return byId('error').hidden && byId('notice').hidden")


def test_what_ends_at_once_is_all_told_and_each_once(still: Still) -> None:
    still.told(said=["Undone: zero", "Undone, since its page was closed: one"])
    still.told(said=["Ended, since client is down: two", "Undone, since all went: one: it met 3"])
    assert still.text("#notice span").splitlines() == [
        "Undone: zero",
        "Ended, since client is down: two",
        "Undone, since all went: one: it met 3",
    ]


def test_a_fault_is_being_set_until_the_server_has_done_it(still: Still) -> None:
    still.run("byId('set-it').focus()")
    press(still.browser, Keys.ENTER, Keys.ENTER)
    assert [each["do"] for each in still.asked()] == ["fault"]
    assert still.text("#setting") == "setting …"
    assert still.run(FOCUS) == "Set"
    still.told(did="fault")
    assert still.text("#setting") == ""
    press(still.browser, Keys.ENTER)
    assert [each["do"] for each in still.asked()] == ["fault", "fault"]


def test_a_fault_that_was_being_set_when_the_connection_ended_is_told_as_not_set(
    still: Still,
) -> None:
    still.run("server.dispatchEvent(new Event('close'))")
    assert still.text("#error span") == ""
    still.run("server.dispatchEvent(new Event('open')); byId('set-it').click()")
    still.run("server.dispatchEvent(new Event('close'))")
    assert "while a fault was being set: it is not in force" in still.text("#error span")
    assert still.text("#setting") == ""


def test_whose_faults_ended_with_its_connection_is_told_when_it_is_back(still: Still) -> None:
    still.told(set="one")
    still.told(faults=[fault(1, "one"), fault(2, "of another page")], others=[])
    still.run("server.dispatchEvent(new Event('open'))")
    assert still.text("#notice span").endswith("lost its connection: one")
    still.run("clearNotices(); server.dispatchEvent(new Event('open'))")
    assert still.text("#notice span") == ""


def test_faults_that_were_set_elsewhere_are_told_as_such(still: Still) -> None:
    still.told(faults=[], others=["client: link down"])
    assert still.run("return byId('others-are').checkVisibility()")
    assert still.text("#others li") == "client: link down"
    still.told(faults=[], others=[])
    assert not still.run("return byId('others-are').checkVisibility()")


def test_who_only_looks_sees_faults_and_undoes_none(
    browser: webdriver.Chrome, tmp_path: Path
) -> None:
    still = opened(browser, tmp_path, LAPTOP, touches=False)
    assert not still.run("return byId('doing').checkVisibility()")
    still.told(faults=[fault(1, "one")], others=[])
    assert still.run("return byId('doing').checkVisibility()")
    assert still.text("#doing button") == ""


def test_the_packet_that_is_chosen_is_not_under_its_panel(sized: Still) -> None:
    sized.told(items=[packet(number, f"number {number}") for number in range(1, 41)])
    for number in (40, 1, 20, 40):
        sized.run(LOW, number)
        sized.browser.execute_async_script("choose(arguments[0]).then(arguments[1])", number)
        for way in ("", "n", "p"):
            press(sized.browser, *way)
            sized.browser.execute_async_script("setTimeout(arguments[0])")
            assert not sized.run(HIDDEN), (number, way)


LOW = """
leavePanel();
bringIntoSight(arguments[0]);
const way = drawn.get(arguments[0])[0].getBoundingClientRect();
scrollBy({ top: way.bottom - innerHeight + 60, behavior: "instant" });
"""
"""Has a packet stand where the panel will be."""

HIDDEN = """
const line = canvas.querySelector(".way.chosen .shaft").getBoundingClientRect();
const [x, y] = [line.left + line.width / 2, line.top + line.height / 2];
const there = document.elementFromPoint(x, y);
const heads = byId("heads").getBoundingClientRect().top;
if (heads < -1) return `the names of hosts are at ${heads}`;
return canvas.contains(there) ? "" : `at ${x} ${y}: ${there?.outerHTML.slice(0, 80)}`;
"""


def test_no_life_line_goes_through_the_words_of_an_empty_ladder(sized: Still) -> None:
    crossed = """
      const box = (element) => element.getBoundingClientRect();
      const words = box(byId("nothing"));
      const lines = [...canvas.querySelectorAll(".life")].map(box);
      const met = lines.filter((line) => line.left > words.left && line.left < words.right);
      byId("nothing").scrollIntoView({ block: "center", behavior: "instant" });
      const now = byId("nothing").getBoundingClientRect();
      return [met.length, met.filter((line) => canvas.contains(
        document.elementFromPoint(line.left, now.top + now.height / 2))).length];
    """
    met, through = sized.run(crossed)
    assert met >= 1
    assert through == 0


def test_an_empty_ladder_says_whether_anything_has_crossed(still: Still) -> None:
    shown = "return [...byId('nothing').children].filter((each) => !each.hidden).map((e) => e.id)"
    assert still.run(shown) == ["nothing-yet"]
    still.told(items=[packet(1, "who has 10.7.0.20?", aside=True)])
    assert still.run(shown) == ["nothing-shown"]


def test_it_says_that_no_host_is_up(still: Still) -> None:
    assert not still.run("return byId('none-up').checkVisibility()")
    still.told(hosts={"client": "Exited (137)"}, watched=[], problem="")
    assert still.run("return byId('none-up').checkVisibility()")


def test_a_packet_that_is_lost_has_its_whole_label(
    browser: webdriver.Chrome, tmp_path: Path
) -> None:
    still = opened(browser, tmp_path, PHONE)
    still.told(items=[packet(1, "echo request 1 lost", lost=True, reached=[])])
    assert still.text("#scroll .way > text") == "echo request 1 lost"


def test_each_shell_is_reached_by_keyboard_and_leaves_it_to_its_host(still: Still) -> None:
    still.run("openShell('client'); openShell('server')")
    assert still.run(FOCUS) == "Shell on server: Shift+Tab leaves it"
    still.run("byId('shells').children[0].focus()")
    assert still.run(FOCUS) == "To the shell on client"
    press(still.browser, Keys.ENTER)
    assert still.run(FOCUS) == "Shell on client: Shift+Tab leaves it"
    still.run("document.querySelector('.window[data-host=client] .bar button').focus()")
    press(still.browser, Keys.ENTER)
    assert still.run(FOCUS) == "A shell on client"
    assert still.text("#shells button") == "server"


def test_one_file_is_not_two_and_a_scenario_is_none(still: Still) -> None:
    still.run("filesOfMine.open = true; runForm.elements.server.value = 'server.py'")
    still.run("runForm.elements.scenario.value = 'tcp_connect'; byId('run-it').click()")
    assert still.asked() == []
    assert "Which other file?" in still.text("#error span")
    still.run("runForm.elements.client.value = 'client.py'; byId('run-it').click()")
    still.run("runForm.elements.scenario.focus()")
    press(still.browser, "x", Keys.BACKSPACE)
    still.run("byId('run-it').click()")
    wanted = [each.get("server", each.get("scenario")) for each in still.asked()]
    assert wanted == ["server.py", "tcp_connect"]


def test_the_panel_counts_seconds_as_the_ladder_does(still: Still) -> None:
    still.told(items=[packet(12, "echo request 1")])
    still.run("choose(12)")
    assert still.text("#packet-said").startswith("1.200000 s, client → server")
    assert still.text("#scroll .clock").startswith("1.200")


def test_a_problem_of_the_engine_is_told_until_it_is_over(still: Still) -> None:
    hosts = dict.fromkeys(UP, "Up")
    still.told(hosts=hosts, watched=UP, problem="the engine does not answer")
    assert still.text("#error span") == "the engine does not answer"
    still.told(hosts=hosts, watched=UP, problem="")
    assert still.text("#error span") == ""


def test_what_stands_below_the_map_stays_there_when_hosts_come_under_watch(sized: Still) -> None:
    place = "return Math.round(byId('doing').getBoundingClientRect().top + scrollY)"
    names = sized.run("return [...boxes.keys()]")
    told = {"hosts": dict.fromkeys(names, "Up"), "problem": ""}
    sized.told(**told, watched=[])
    before = sized.run(place)
    sized.told(**told, watched=names)
    assert sized.run(place) == before


@pytest.mark.parametrize("paused", [False, True], ids=["going", "paused"])
def test_what_was_cleared_does_not_come_back_when_more_is_told_of_it(
    still: Still, paused: bool
) -> None:
    if paused:
        still.run("byId('pause').click()")
    still.told(items=[packet(1, "echo request 1"), packet(2, "echo reply 1")])
    still.run("byId('clear').click()")
    if paused:
        still.run("byId('pause').click()")
    still.told(items=[packet(2, "echo reply 1", at="server"), packet(3, "echo request 2")])
    assert still.run("return items.map((each) => each.what)") == ["echo request 2"]
