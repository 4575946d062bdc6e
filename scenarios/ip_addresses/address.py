"""Show what an address with its prefix length is made of: address.py 192.0.2.7/24."""

import ipaddress
import sys

interface = ipaddress.ip_interface(sys.argv[1])
address, network = interface.ip, interface.network

print("short:", address.compressed)
print("long:", address.exploded)
print("number:", int(address))
print("bits:", address.max_prefixlen)
print("addresses in all:", 2**address.max_prefixlen)
print("network:", network)
print("addresses on it:", network.num_addresses)
