"""Connect to the server again and again, as often as the second argument says."""

import socket
import sys
import time

end = time.monotonic() + 9
times = int(sys.argv[2])
for number in range(times):
    is_last = number == times - 1 or time.monotonic() > end
    with socket.create_connection((sys.argv[1], 15000)) as connection:
        connection.recv(9)
        connection.sendall(b"last" if is_last else b"next")
    if is_last:
        print(number + 1)
        break
