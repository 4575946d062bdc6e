"""Numbers of the pcapng format: types of blocks, codes of options (draft-ietf-opsawg-pcapng, 4)."""

from __future__ import annotations

SECTION = 0x0A0D0D0A
INTERFACE, SIMPLE_PACKET, NAMES, STATISTICS, PACKET, SECRETS = 1, 3, 4, 5, 6, 10
OBSOLETE_PACKET = 2
BYTE_ORDER = 0x1A2B3C4D
"""What a section begins with, behind its length; a reader learns its byte order from that."""

COMMENT = 1
APPLICATION = 4
IF_NAME, IF_DESCRIPTION, IF_RESOLUTION, IF_OFFSET = 2, 3, 9, 14
EPB_FLAGS, EPB_ID = 2, 5
ISB_RECEIVED, ISB_DROPPED = 4, 5
INBOUND, OUTBOUND = 1, 2
"""The lowest two bits of the flags of a packet."""

NAME_OF_IPV4, NAME_OF_IPV6 = 1, 2
TLS_KEY_LOG = 0x544C534B
