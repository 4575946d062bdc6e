"""Fill the form in with a real browser, and come back with its cookie."""

import sys

from socketlab_browser import Browser

url, name = sys.argv[1:]

with Browser() as browser:
    browser.open(url)
    print(browser.text.splitlines()[0])
    browser.fill("#name", name)
    browser.click_through("#send")
    print(browser.text)
    browser.screenshot("page.png")
    browser.open(url)
    print(browser.text)
