"""Headers of the link layer: Ethernet and ARP."""
