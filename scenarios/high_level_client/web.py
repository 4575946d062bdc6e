"""A web server with a page that has moved, one that is there, and one that never comes."""

import http.server
import socket
import ssl
import sys

port, own_word, *certificate = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections stay open for further requests
    wbufsize = -1  # an answer leaves in one piece

    def do_GET(self):
        _, place, word = self.path.split("/")
        if place == "old":
            self.answer(301, "It has moved.", Location=f"/{own_word}/{word}")
        elif place == own_word:
            self.answer(200, f"{own_word} heard {word}")
        elif place == "slow":
            self.rfile.read()  # until the client hangs up
            self.close_connection = True
        else:
            self.answer(404, "There is no such page.")

    def do_HEAD(self):
        self.do_GET()

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def log_request(self, status, size=None):
        print(f"{self.requestline}: {status}")


address = ("", int(port))
with socket.create_server(address, family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    server = http.server.ThreadingHTTPServer(address, Handler, bind_and_activate=False)
    server.socket = listener
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(listener, server_side=True)
    server.serve_forever()
