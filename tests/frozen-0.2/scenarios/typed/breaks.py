"""Ways to break it."""

from lab import Break, edit

breaks = [
    Break("the client shouts", edit("client.py", "word.encode()", "word.upper().encode()")),
    Break("the client keeps the answer to itself", edit("client.py", "print(", "repr(")),
    Break("the server does not listen to itself", edit("server.py", "sys.argv[1]}", "word}")),
]
