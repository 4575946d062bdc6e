"""Call the service by XML-RPC, as if it were here."""

import sys
import xmlrpc.client

from attempt import attempt_all

host, word, number = sys.argv[1:]

attempt_all(xmlrpc.client.ServerProxy(f"http://{host}:15090/"), word, number)
