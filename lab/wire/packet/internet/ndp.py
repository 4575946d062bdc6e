"""Options of neighbour discovery (RFC 4861 §4.6)."""

from __future__ import annotations

from dataclasses import dataclass

from lab.wire.packet.header.option import Option, OptionForm, named

NAMES = {
    1: "Source Link-Layer Address",
    2: "Target Link-Layer Address",
    3: "Prefix Information",
    4: "Redirected Header",
    5: "MTU",
    14: "Nonce",
    25: "Recursive DNS Server",
}
LINK_LAYER_ADDRESSES = (1, 2)


@dataclass(frozen=True, slots=True)
class NdpOption(Option):
    """One option; ``value`` is what follows its type and length."""

    @property
    def text(self) -> str:
        """How to show the value: a hardware address, or hexadecimal bytes."""
        return str(self.value.hex(":" if self.kind in LINK_LAYER_ADDRESSES else " "))


FORM = OptionForm(named(NAMES, NdpOption), "an option's length does not fit the message", unit=8)
