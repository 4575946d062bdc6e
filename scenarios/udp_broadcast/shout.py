"""Send one datagram to an address that stands for many hosts: shout.py CARD ADDRESS WORDS."""

import socket
import struct
import sys

card, address, words = sys.argv[1:]
number = socket.if_nametoindex(card)
family = socket.AF_INET6 if ":" in address else socket.AF_INET

with socket.socket(family, socket.SOCK_DGRAM) as shouter:
    # An address of many does not tell which network is meant; the card does.
    if family == socket.AF_INET6:
        shouter.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, number)
    else:
        by_card = struct.pack("4s4si", bytes(4), bytes(4), number)
        shouter.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, by_card)
        shouter.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)  # yes, I mean everybody
    shouter.sendto(words.encode(), (address, 15007))
    print(f"to {address}: {words}")
