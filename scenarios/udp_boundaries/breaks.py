"""Ways to break UDP boundaries, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the client joins its first two messages",
        edit("client.py", 'b"one",\n    b"two two"', 'b"onetwo two"'),
        edit("client.py", 'b"end",', 'b"end", b"!",'),
    ),
    Break("the client sends nothing empty", edit("client.py", 'b"",', 'b"-",')),
    Break(
        "the server stops at the empty datagram, as if it were the end of a stream",
        edit("server.py", "        print(", "        if message: print("),
    ),
    Break("the server always has room", edit("server.py", "1024, 10,", "1024, 1024,")),
    Break(
        "the server does not notice what was cut off",
        edit("server.py", "flags & socket.MSG_TRUNC", "None"),
    ),
    Break(
        "the server looks at the cut-off datagram without taking it",
        edit(
            "server.py", "server.recvmsg(room)", "server.recvmsg(room, 0, 2 if room == 10 else 0)"
        ),
    ),
    Break(
        "the client counts the UDP header as well",
        edit("client.py", "sent {sent}", "sent {sent + 8}"),
    ),
    Break("the client's last word is another", edit("client.py", 'b"end"', 'b"End"')),
    Break("the server is cut off from the network", cut_off("server")),
]
