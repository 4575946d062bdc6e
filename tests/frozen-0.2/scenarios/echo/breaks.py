"""Ways to break the echo, and so to prove that its expectations can fail."""

from lab import Break, edit

breaks = [
    Break("the server shouts", edit("server.py", "sendall(data)", "sendall(data.upper())")),
    Break("the server ends in silence", edit("server.py", 'print("the client is done")', "")),
    Break(
        "the server hangs up after one message",
        edit("server.py", "connection.sendall(data)", "connection.sendall(data); break"),
        edit("client.py", "    connection.shutdown(socket.SHUT_WR)\n", ""),
        edit("client.py", ".decode())", ".decode()); connection.recv(1)"),
    ),
]
