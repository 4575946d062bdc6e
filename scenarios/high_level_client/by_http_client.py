"""Fetch pages with http.client, one request after the other on a connection that is kept."""

import http.client
import sys

host, word = sys.argv[1:]
path = f"/old/{word}"

connection = http.client.HTTPConnection(host, 8080, timeout=5)
while path:
    connection.request("GET", path)
    answer = connection.getresponse()
    print(answer.status, answer.read())
    path = answer.getheader("Location")
connection.close()
