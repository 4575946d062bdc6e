"""Answer each line with the same line."""

import socket

with socket.create_server(("", 15010), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()
    with connection, connection.makefile("rw") as stream:
        for line in stream:
            stream.write(line)
            stream.flush()
