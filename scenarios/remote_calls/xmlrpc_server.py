"""Offer the service by XML-RPC: XML over HTTP."""

import socket
import sys
from xmlrpc.server import SimpleXMLRPCServer

from service import Service


class Server(SimpleXMLRPCServer):
    address_family = socket.AF_INET6  # and IPv4, as long as the kernel says so


with Server(("", 15090), logRequests=False) as server:
    server.register_instance(Service(sys.argv[1], server.server_close))
    server.serve_forever()
