"""Serve the application with a handler of http.server: a method for each method of HTTP."""

import http.server
import socket
import sys

import guests


class Handler(http.server.BaseHTTPRequestHandler):
    wbufsize = -1  # an answer leaves in one piece

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind, cookie = self.headers.get("Content-Type"), self.headers.get("Cookie", "")
        status, headers, page = guests.answer(self.command, kind, cookie, body, sys.argv[1])
        code, reason = status.split(" ", 1)
        self.send_response(int(code), reason)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.encode())

    def do_POST(self):
        self.do_GET()

    def log_request(self, *_):
        """Say nothing of each request."""


with socket.create_server(("", 8080), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    server = http.server.ThreadingHTTPServer(("", 8080), Handler, bind_and_activate=False)
    server.socket = listener
    server.serve_forever()
