"""Ways to break layers, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

breaks = [
    Break("the second router lets nothing through", cut_off("router2")),
    Break("the client greets the server next door instead", replace_words("remote", "server")),
    Break("the server answers something else", edit("server.py", "far away", "near by")),
    Break(
        "the client greets twice",
        edit(
            "client.py",
            "    print(",
            '    connection.sendall(b"Hello over there")\n    print(',
        ),
    ),
    Break(
        "a short life: the client's packets may cross one router only",
        edit(
            "client.py",
            "    connection.sendall(",
            "    connection.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)\n"
            "    if connection.family == socket.AF_INET6:\n"
            "        connection.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 1)\n"
            "    connection.sendall(",
        ),
    ),
]
