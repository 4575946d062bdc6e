"""Read numbered messages from one connection, and say which came and in what order."""

import socket

with socket.create_server(("", 15030), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()
    with connection, connection.makefile() as stream:
        numbers = [int(line) for line in stream]
print(len(numbers), "messages came,", "in order" if numbers == sorted(numbers) else "out of order")
print("missing:", *sorted(set(range(1, 1001)) - set(numbers)))
