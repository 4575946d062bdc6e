"""Look a name up and print its addresses: getname.py NAME [4 or 6, for one IP version only]."""

import socket
import sys

name = sys.argv[1]
families = {"4": socket.AF_INET, "6": socket.AF_INET6}
family = families[sys.argv[2]] if len(sys.argv) > 2 else socket.AF_UNSPEC

for _, _, _, _, address in socket.getaddrinfo(name, None, family, socket.SOCK_STREAM):
    print(address[0])
