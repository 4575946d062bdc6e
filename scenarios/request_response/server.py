"""A web server for HTTP/1.1: a page, a shout, and a page that is announced too long."""

import http.server
import socket
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open for further requests
    wbufsize = -1  # an answer leaves in one piece

    def do_GET(self):
        if self.path == "/":
            self.answer(200, f"<h1>Hello {sys.argv[1]}!</h1>\n")
        elif self.path == "/lie":
            self.close_connection = True
            self.answer(200, "This is all.", lie=10)
        else:
            self.answer(404, f"There is no page {self.path}.\n")

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        words = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(200, f"{sys.argv[1]} shouts {words}!")

    def answer(self, status, body, lie=0):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + lie))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def log_request(self, status, size=None):
        print(f"{self.requestline}: {status}")


with socket.create_server(("", 8080), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    server = http.server.ThreadingHTTPServer(("", 8080), Handler, bind_and_activate=False)
    server.socket = listener
    server.serve_forever()
