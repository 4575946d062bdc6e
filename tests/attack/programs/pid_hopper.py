"""Move from process to process faster than any of them could be killed."""

import ctypes
import os
import signal

from meet import hide, meet

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
meet()
if os.fork() == 0:
    hide()
    libc = ctypes.CDLL(None)
    # With a reaper of its own, its dead processes do not count against the limit for long.
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in range(4):
        if os.fork() == 0:
            fork, leave = libc.fork, libc._exit
            while True:
                if fork() > 0:
                    leave(0)
    signal.pause()
