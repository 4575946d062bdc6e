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
    Break("the sender has little to say", edit("client.py", "10_000", "100")),
    Break(
        "the sender forgets how much it has sent",
        edit("client.py", "connection.sendall(DATA[sent:])", "connection.sendall(DATA)"),
    ),
    Break(
        "the sender gives up",
        edit("client.py", "connection.sendall(DATA[sent:])", "sys.exit('no patience')"),
    ),
    Break("the sender does not tell that it stalled", edit("client.py", 'f"stalled', 'f"at')),
    Break("the server is cut off from the network", cut_off("server")),
]
