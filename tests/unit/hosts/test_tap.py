"""What a tap can hold where the engine is rootless: as much as the kernel lets anybody have."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WANTED = 64 << 20
OPEN = f"""
import socket
from lab.hosts.agent.tap import listening_at
with listening_at("lo", {WANTED}) as tap:
    print(tap.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may open a packet socket")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv on this machine")
def test_without_the_capability_to_exceed_it_a_tap_holds_what_net_core_rmem_max_allows() -> None:
    without = ["setpriv", "--inh-caps=-net_admin", "--bounding-set=-net_admin"]
    done = subprocess.run(
        [*without, sys.executable, "-c", OPEN], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    most = int(Path("/proc/sys/net/core/rmem_max").read_text())
    # The kernel counts its own bookkeeping, too, and doubles what was asked for: socket(7).
    assert int(done.stdout) == 2 * min(WANTED, most)
