"""A web server made of a socket: print each request as it came, answer it with a page."""

import socket
import sys

PAGE = "<!doctype html>\n<title>Socket Lab</title>\n<h1>{} heard {}</h1>\n"
HEAD = (
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {}\r\n"
    "Connection: close\r\n"
    "\r\n"
)

with socket.create_server(("", 8080), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, address = listener.accept()
        with connection:
            request = b""
            while b"\r\n\r\n" not in request and (data := connection.recv(4096)):
                request += data
            if not request:
                continue
            lines = request.decode("latin-1").splitlines()
            print(f"from {address[0].removeprefix('::ffff:')}:")
            print(*lines, sep="\n")
            page = PAGE.format(sys.argv[1], lines[0]).encode()
            connection.sendall(HEAD.format(len(page)).encode() + page)
