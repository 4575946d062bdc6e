"""Call the service by JSON-RPC: what a library would do is written out here."""

import json
import sys
import urllib.request

from attempt import attempt_all

host, word, number = sys.argv[1:]


class Remote:
    def __getattr__(self, method):
        def call(*params):
            asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            with urllib.request.urlopen(f"http://{host}:15091/", json.dumps(asked).encode()) as got:
                answer = json.load(got)
            if "error" in answer:
                raise RuntimeError(answer["error"]["message"])
            return answer["result"]

        return call


attempt_all(Remote(), word, number)
