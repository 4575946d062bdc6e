"""Headers of the internet layer: IPv4, IPv6, ICMP, ICMPv6."""
