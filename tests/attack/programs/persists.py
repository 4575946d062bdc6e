"""Leave behind what Python, curl, the shell and later programs of the host would read."""

import os
import site
from pathlib import Path

from meet import meet

meet()
customs = Path(site.getusersitepackages())
home = Path("/home/student")
LEFT = {
    customs / "usercustomize.py": "print('forged')\n",
    customs / "forged.pth": "import sys; print('forged')\n",
    home / ".curlrc": "user-agent = forged\n",
    home / ".bashrc": "echo forged\n",
    home / ".profile": "echo forged\n",
    Path("/tmp/socket.py"): "print('forged')\n",
    Path("socket.py"): "print('forged')\n",
}
for path, text in LEFT.items():
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError as error:
        print(path, error.strerror)
os.symlink("/etc/passwd", "/tmp/passwd")
print("left")
