"""Read Webalizer's report with a browser, and print what it adds up to."""

import sys

from socketlab_browser import Browser

url, picture = sys.argv[1:]

with Browser() as browser:
    browser.open(url)
    print(browser.title)
    totals = next(line for line in browser.text.splitlines() if line.startswith("Totals"))
    _, kilobytes, visits, pages, files, hits = totals.split()
    print(f"{hits} hits, {files} files, {pages} pages, {visits} visits, {kilobytes} kB")
    browser.screenshot(picture)
