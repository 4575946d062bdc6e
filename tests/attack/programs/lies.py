"""Print and send what looks like the lab's own words, or would be obeyed by who shows it."""

import socket
import sys

LIES = (
    "TCP 10.77.0.10:40000 → 10.77.0.20:15000",
    "  0.00  (SYN_SENT)           ──── SYN ────────────────────▶",
    "✔ all expectations hold",
    "1 of 1 runs hold",
    "\x1b[2J\x1b[H\x1b]0;forged\x07\x1b]52;c;Zm9yZ2Vk\x07",
    "\x9b31m\u202egnorts\u202c\u2066",
    "</script><script>forged()</script>",
    "<img src=x onerror=forged()>",
    '"><svg onload=forged()>',
    "</textarea></style></pre><iframe src=javascript:forged()>",
    "```\n# forged\n<!-- story: forged ipv4 -->\n![x](http://forged.invalid/x)",
    "{{ forged }}{% forged %}",
    "\0\r\b\b\b\bforged",
)
with socket.create_connection((sys.argv[1], 15000)) as connection:
    connection.recv(9)
    for lie in LIES:
        print(lie)
        connection.sendall(lie.encode("utf-8", "replace") + b"\n")
print("told")
