"""A web server for one request: print each of its lines as it comes, then answer with a page."""

import socket

PAGE = b"<h1>Hello by hand!</h1>\n"
ANSWER = (
    b"HTTP/1.0 200 OK\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n"
    b"Content-Length: %d\r\n"
    b"\r\n"
    b"%s" % (len(PAGE), PAGE)
)

with socket.create_server(("", 80), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()

with connection, connection.makefile("rb") as request:
    for line in request:
        print(line)
        if not line.strip():  # an empty line ends the request
            connection.sendall(ANSWER)
            break
