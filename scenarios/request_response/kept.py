"""HTTP/1.1 by Python's own client: one connection for all requests; a short answer is an error."""

import http.client
import sys

host, shout, nowhere = sys.argv[1:]
REQUESTS = (
    ("GET", "/", None),
    ("HEAD", "/", None),
    ("POST", "/shout", shout),
    ("GET", f"/{nowhere}", None),
    ("GET", "/lie", None),
)

connection = http.client.HTTPConnection(host, 8080, timeout=2)
for method, path, body in REQUESTS:
    connection.request(method, path, body)
    answer = connection.getresponse()
    length = answer.getheader("Content-Length")
    print(f"{answer.status} {answer.reason}, Content-Length: {length}")
    try:
        page = answer.read()
    except http.client.IncompleteRead as error:
        print(f"error: {error}")
    else:
        print(f"{len(page)} bytes: {page.decode()!r}")
connection.close()
