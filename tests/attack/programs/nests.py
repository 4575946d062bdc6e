"""Nest folders deeper than Python can remove by recursion, in each place."""

import os

from meet import meet

meet()
for place in (".", "/tmp", "/home/student"):
    os.chdir(place)
    try:
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
    except OSError:
        pass
print("nested")
