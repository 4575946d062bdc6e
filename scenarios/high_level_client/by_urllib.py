"""Fetch pages with urllib.request, where one call does all; print what came of each call."""

import sys
import urllib.request

host, word = sys.argv[1:]


def fetch(url, method="GET", timeout=5):
    request = urllib.request.Request(url, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            print(f"{method} {answer.status} {answer.url} {answer.read()}")
            return answer.url
    except OSError as error:  # all that goes wrong is one
        print(f"{method} {type(error).__name__}: {error}")


moved_to = fetch(f"http://{host}:8080/old/{word}")
fetch(moved_to, method="HEAD")
fetch(f"http://{host}:8080/nowhere/{word}")
fetch(f"http://{host}:8080/slow/{word}", timeout=0.3)
fetch(f"https://{host}:8443/old/{word}")
