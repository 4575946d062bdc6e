"""Bring each connection into a state, and hold it there: client.py HOST PORT FULL_PORT WORD."""

import socket
import sys

host, port, full_port, word = sys.argv[1:]


def connected(port, words):
    connection = socket.create_connection((host, port), timeout=3)
    connection.sendall(words.encode())
    print(f"port {connection.getsockname()[1]} says {words}")
    return connection


closed = connected(port, "goodbye")
closed.close()  # TIME_WAIT as soon as the server has closed, too

opened = connected(port, word)  # ESTABLISHED

half_closed = connected(port, "I am done")
half_closed.shutdown(socket.SHUT_WR)  # FIN_WAIT2 here, CLOSE_WAIT there: the server does not close

waiting = connected(full_port, "anybody?")  # ESTABLISHED, though nobody accepts it

family, kind, _, _, address = socket.getaddrinfo(host, full_port, type=socket.SOCK_STREAM)[0]
unanswered = socket.socket(family, kind)
unanswered.setblocking(False)
unanswered.connect_ex(address)  # SYN_SENT: there is no room for it
print(f"port {unanswered.getsockname()[1]} connects")

input("Enter ends it\n")
