"""A service is named by its transport and a port, and what is no port is refused at once."""

from __future__ import annotations

from typing import Any

import pytest

from lab import Tcp, Udp
from lab.wire.address import Service


def test_a_service_is_a_port_of_tcp_or_of_udp() -> None:
    assert (Tcp(80), Udp(53)) == (Service(80, "tcp"), Service(53, "udp"))


@pytest.mark.parametrize("named", [Tcp, Udp])
@pytest.mark.parametrize("port", ["15099", 150990, -1, 80.0, None])
def test_what_is_no_port_is_refused(named: Any, port: Any) -> None:
    with pytest.raises(TypeError, match="is no port: a number up to 65535"):
        named(port)
