"""Ways to break UDP boundaries, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the client joins its first two messages",
        edit("client.py", '(one, f"{one} {two}"', '(f"{one}{one} {two}"'),
        edit("client.py", ", three)", ", three, three)"),
    ),
    Break("the client sends nothing empty", edit("client.py", '"",', '"-",')),
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
    Break("the client's last word is another", edit("client.py", ", three)", ', "copper")')),
    Break(
        "the server prints what it should have heard",
        edit("server.py", "{message.decode()!r}", "{'violet garden copper'[: len(message)]!r}"),
    ),
    # No server can answer before it is asked: the question tells it the client's port.
    Break(
        "the server answers, though this protocol has no answers",
        edit("server.py", "flags, _ =", "flags, sender ="),
        edit(
            "server.py", "        print(", "        server.sendto(message, sender)\n        print("
        ),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
