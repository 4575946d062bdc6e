"""The simplest browser there is: fetch a page and print its status, its type and its text."""

import sys
import urllib.request

with urllib.request.urlopen(sys.argv[1]) as answer:
    print(answer.status, answer.reason)
    print(answer.headers["Content-Type"])
    print(answer.read().decode(), end="")
