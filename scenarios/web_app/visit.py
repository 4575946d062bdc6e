"""Open a page in a browser, click on a word twice, and print how the page changes in place."""

import sys

from socketlab_browser import Browser


def show(what):
    print(what, *filter(None, browser.text.splitlines()), sep="\n")


with Browser() as browser:
    browser.open(sys.argv[1])
    browser.run("marker = 'this is still the page that was opened'")
    show("--- opened")
    browser.screenshot("before.png")
    for click in (1, 2):
        browser.click("#socket")
        browser.wait_for(f"answers == {click}")
        show(f"--- click {click}")
    browser.screenshot("after.png")
    print(browser.run("globalThis.marker ?? 'this is another page'"))
