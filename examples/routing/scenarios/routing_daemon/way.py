"""Say over which network the way to an address begins, now and whenever that changes."""

import ipaddress
import json
import subprocess
import sys
import time

target = sys.argv[1]


def told(*words):
    """Return what ip(8) says, or nothing where it fails: "network is unreachable"."""
    done = subprocess.run(["ip", "-j", *words], capture_output=True, text=True, check=False)
    return json.loads(done.stdout or "[]")


def network():
    """Return the number of the network: the third part of this router's IPv4 address there."""
    for route in told("route", "get", target):
        for card in told("-4", "addr", "show", "dev", route["dev"]):
            return ipaddress.ip_address(card["addr_info"][0]["local"]).packed[2]
    return None


said = ""
while True:
    number = network()
    now = "no way" if number is None else f"over network {number}"
    if now != said:
        print(now)
        said = now
    time.sleep(0.1)
