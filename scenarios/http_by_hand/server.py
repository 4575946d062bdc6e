"""A web server for one request: print each of its lines as it comes, then answer with a page."""

import socket
import sys

with socket.create_server(("", 80), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()

with connection, connection.makefile("rb") as request:
    lines = []
    for line in request:
        print(line)
        lines.append(line.decode("latin-1").strip())
        if not lines[-1]:  # an empty line ends the request
            break
    page = f"<h1>{sys.argv[1]} heard {lines[0]}</h1>\n"
    answer = (
        "HTTP/1.0 200 OK\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(page)}\r\n"
        "\r\n"
        f"{page}"
    )
    connection.sendall(answer.encode("latin-1"))
