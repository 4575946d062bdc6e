"""Leave thirty daemons, each of which adopts the orphans of its own that it goes on making."""

import ctypes
import os
import time

from meet import hide, meet

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
meet()
for _ in range(30):
    if os.fork() == 0:
        hide()
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        for _ in range(4):
            if os.fork() == 0:
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
        time.sleep(600)
