"""The page over TLS: prove with a certificate who this is, then answer each request."""

import socket
import ssl
import sys

PAGE = "<!doctype html>\n<title>Socket Lab</title>\n<h1>{} heard {}</h1>\n"
HEAD = (
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {}\r\n"
    "Connection: close\r\n"
    "\r\n"
)

word, *own = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(*own)

with socket.create_server(("", 443), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    while True:
        connection, address = listener.accept()
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                request = b""
                while b"\r\n\r\n" not in request and (data := secure.recv(4096)):
                    request += data
                if request:
                    line = request.decode("latin-1").splitlines()[0]
                    print(f"{secure.version()}: {line}")
                    page = PAGE.format(word, line).encode()
                    secure.sendall(HEAD.format(len(page)).encode() + page)
        except OSError as error:
            print(f"no: {error}")
