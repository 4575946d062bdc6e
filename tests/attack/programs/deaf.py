"""Do not end when asked to: ignore signals, stop, or close what the lab reads."""

import contextlib
import os
import signal
import sys
import time

from meet import meet

meet()
for number in range(1, 32):
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)
if sys.argv[2] == "stops":
    os.kill(os.getpid(), signal.SIGSTOP)
if sys.argv[2] == "closes":
    for number in range(3):
        os.close(number)
time.sleep(600)
