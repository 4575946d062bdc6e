"""Fetch a page over TLS, from a server that an authority vouches for: URL [AUTHORITY [VERSION]]."""

import ssl
import sys
import urllib.error
import urllib.request

url, authority, version = [*sys.argv[1:], None, None][:3]
context = ssl.create_default_context(cafile=authority)
if version == "1.2":
    context.maximum_version = ssl.TLSVersion.TLSv1_2

try:
    with urllib.request.urlopen(url, context=context) as answer:
        print(answer.status, answer.reason)
        print(answer.read().decode(), end="")
except urllib.error.URLError as error:
    print("refused:", error.reason)
