"""Read numbered messages from one connection, and say which came and in what order."""

import socket

with socket.create_server(("", 15030), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    connection, _ = listener.accept()
    with connection, connection.makefile() as stream:
        messages = [line.split() for line in stream]
numbers = [int(number) for number, _ in messages]
print(len(numbers), "messages came,", "in order" if numbers == sorted(numbers) else "out of order")
print("they say:", *{word for _, word in messages})
print("missing:", *sorted(set(range(1, 501)) - set(numbers)))
