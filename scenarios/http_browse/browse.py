"""A web server made of a socket: print each request as it came, answer it with a page."""

import socket

PAGE = b"<!doctype html>\n<title>Socket Lab</title>\n<h1>Hello World!</h1>\n"

HEAD = (
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    f"Content-Length: {len(PAGE)}\r\n"
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
            print(f"from {address[0].removeprefix('::ffff:')}:")
            print(*request.decode("latin-1").splitlines(), sep="\n")
            connection.sendall(HEAD.encode("ascii") + PAGE)
