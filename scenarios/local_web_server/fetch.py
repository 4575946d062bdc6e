"""Fetch pages and print each one's status, and its text without the tags: fetch.py URL ..."""

import re
import sys
import urllib.error
import urllib.request

NOT_TEXT = re.compile(r"<(head|title)>.*?</\1>|<[^>]*>", re.DOTALL)

for url in sys.argv[1:]:
    try:
        answer = urllib.request.urlopen(url)
    except urllib.error.HTTPError as error:  # 404 and its like are answers too
        answer = error
    with answer:
        lines = NOT_TEXT.sub("", answer.read().decode()).splitlines()
    print(f"{answer.status} {answer.reason}")
    print(*(f"  {line.strip()}" for line in lines if line.strip()), sep="\n")
