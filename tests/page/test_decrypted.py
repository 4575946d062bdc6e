"""What TLS hid stands in a packet's panel, below a heading that says whose keys opened it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from browsing import Open, click
from selenium.webdriver.common.by import By
from tls_talk import certified, crossed, spoken
from wire import CLIENT, SERVER

from lab.observation.foreign import foreign
from lab.wire.capture_file import CaptureFile
from lab.wire.pcap import Capture

pytest_plugins = ["chromium"]

SAID = "GET /<b>secret</b> HTTP/1.1\nHost: server"


def test_the_panel_says_what_a_packet_hid_and_nothing_where_it_hid_nothing(
    shows: Open, tmp_path: Path
) -> None:
    request = SAID.replace("\n", "\r\n").encode() + b"\r\n\r\n"
    seen = spoken(certified(tmp_path), "1.3", [("client", request)])
    file = CaptureFile((Capture(tuple(crossed(seen).packets)),))
    found = foreign({"client.pcap": file}, {CLIENT.ip: "client", SERVER.ip: "server"})
    hosts = tuple(replace(each, tls_keys=seen.log) for each in found.hosts)
    browser = shows(replace(found, hosts=hosts))
    panel = browser.find_element(By.ID, "packet-decrypted")
    click(browser, browser.find_element(By.CSS_SELECTOR, "#decrypted summary"))
    rows = browser.find_elements(By.CSS_SELECTOR, "#decrypted tbody tr")
    (row,) = [each for each in rows if each.find_element(By.TAG_NAME, "pre").text == SAID]
    click(browser, row.find_element(By.TAG_NAME, "a"))
    assert panel.find_element(By.TAG_NAME, "h3").text == "Decrypted with the run's keys"
    assert panel.find_element(By.TAG_NAME, "pre").text == SAID
    browser.execute_script("choose(0)")
    assert panel.text == ""
