"""Ways to break flow control, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break("the reader does not sleep", edit("server.py", "time.sleep(1)", "pass")),
    Break("the reader has a large buffer", edit("server.py", "16384", "1 << 22")),
    Break("the reader loses a byte", edit("server.py", "data += block", "data += block[1:]")),
    Break(
        "the reader does not read to the end",
        edit("server.py", "while block := connection.recv(65536):", "if block := b'too much':"),
    ),
    Break("the sender has little to say", edit("client.py", "8_000", "100")),
    Break(
        "the sender forgets how much it has sent",
        edit("client.py", "connection.sendall(DATA[sent:])", "connection.sendall(DATA)"),
    ),
    Break(
        "the sender gives up",
        edit("client.py", "connection.sendall(DATA[sent:])", "sys.exit('no patience')"),
    ),
    Break("the sender does not tell that it stalled", edit("client.py", 'f"stalled', 'f"at')),
    Break("the sender says other words", edit("client.py", "{sys.argv[2]}", "violet")),
    Break(
        "the reader prints what it should have heard",
        edit("server.py", "{hashlib.sha256(data).hexdigest()[:16]}", "1c938b42a6be9515"),
    ),
    Break(
        "the sender says that it stalled, before it does",
        edit("client.py", "    sent = 0", '    print("stalled after 4096 bytes")\n    sent = 0'),
        edit("client.py", 'print(f"stalled after {sent} bytes")', "pass"),
    ),
    Break(
        "the reader answers before it has heard all",
        edit(
            "server.py",
            "    time.sleep(1)",
            '    connection.sendall(b"received")\n    time.sleep(1)',
        ),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
