"""HTTP, port 80, and HTTPS, port 443: get a page; inside TLS, if told which authority to trust.

web.py SERVER WORD [AUTHORITY.crt]
"""

import http.client
import ssl
import sys

server, word, *authority = sys.argv[1:]
if authority:
    trusting = ssl.create_default_context(cafile=authority[0])
    web = http.client.HTTPSConnection(server, context=trusting, timeout=5)
else:
    web = http.client.HTTPConnection(server, timeout=5)

web.request("GET", f"/?{word}")
response = web.getresponse()
page = response.read()
print(response.status, response.reason, response.headers["Content-Type"])
print(len(page), "bytes")
web.close()
