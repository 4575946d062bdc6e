"""Offer the service by JSON-RPC: JSON over HTTP, in a handler of our own."""

import http.server
import json
import socket
import sys

from service import Service

service = Service(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            if call["method"] not in ("greet", "divide", "pay"):  # a stranger names it
                raise AttributeError(call["method"])
            answer["result"] = getattr(service, call["method"])(*call["params"])
        except Exception as error:
            answer["error"] = {"code": -32000, "message": f"{type(error).__name__}: {error}"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_request(self, *_):
        """Say nothing of each request."""


with socket.create_server(("", 15091), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    server = http.server.ThreadingHTTPServer(("", 15091), Handler, bind_and_activate=False)
    server.socket = listener
    server.serve_forever()
