"""Fork without end: every child does the same, and none ends by itself."""

import os
import time

from meet import meet

meet()
first = os.getpid()
end = time.monotonic() + 2
while os.getpid() != first or time.monotonic() < end:
    try:
        os.fork()
    except OSError:
        time.sleep(0.001)
