"""Give the daemons of this router a configuration: what a person would type into vtysh(1).

All routers get ospf.conf, and r1 also ospf-r1.conf, where there are such files. NET1 in them stands
for network 1 of this lab: NET1.0/24 and NET1::/64.
"""

import re
import socket
import subprocess
import sys
from pathlib import Path

addresses = subprocess.check_output(["ip", "-o", "addr", "show", "scope", "global"], text=True)
ipv4 = re.search(r"inet (\d+\.\d+)\.", addresses)[1]
ipv6 = re.search(r"inet6 (\w+:\w+:\w+):", addresses)[1]

protocol = sys.argv[1]
files = [Path(f"{protocol}.conf"), Path(f"{protocol}-{socket.gethostname()}.conf")]
text = "".join(file.read_text() for file in files if file.exists())
text = re.sub(r"NET(\d)\.", rf"{ipv4}.\1.", text.replace("NET0::", f"{ipv6}::"))
text = re.sub(r"NET(\d)::", rf"{ipv6}:\1::", text)
Path("typed.conf").write_text(text)
sys.exit(subprocess.call(["vtysh", "-f", "typed.conf"]))
