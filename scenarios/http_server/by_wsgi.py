"""Serve the application by WSGI (PEP 3333): a function that any Python web server can call."""

import socket
import sys
import wsgiref.simple_server

import guests


def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    kind, cookie = environ.get("CONTENT_TYPE"), environ.get("HTTP_COOKIE", "")
    status, headers, page = guests.answer(
        environ["REQUEST_METHOD"], kind, cookie, body, sys.argv[1]
    )
    start_response(status, list(headers.items()))
    return [page.encode()]


class Server(wsgiref.simple_server.WSGIServer):
    address_family = socket.AF_INET6  # and IPv4, as long as the kernel says so

    def server_bind(self):  # without a question to the DNS what this host is called
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = "server", self.server_address[1]
        self.setup_environ()


class Handler(wsgiref.simple_server.WSGIRequestHandler):
    def log_request(self, *_):
        """Say nothing of each request."""


with Server(("", 8081), Handler) as server:
    server.set_app(application)
    server.serve_forever()
