"""NNTP, port 119: read an article. Up to 3.12 Python has a module for that; a socket does as well.

news.py SERVER [socket]
"""

import contextlib
import socket
import sys
import warnings

with contextlib.suppress(ImportError), warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import nntplib


def with_the_module(server):
    with nntplib.NNTP(server, timeout=5) as news:
        news.group("lab.test")
        _, article = news.article("1")
        return news.getwelcome(), [line.decode() for line in article.lines]


def with_a_socket(server):
    with socket.create_connection((server, 119), timeout=5) as connection:
        wire = connection.makefile("rw", encoding="utf-8", newline="\r\n")
        welcome = wire.readline().rstrip()
        wire.write("GROUP lab.test\nARTICLE 1\nQUIT\n")
        wire.flush()
        lines = [line.rstrip() for line in wire]
        return welcome, lines[2 : lines.index(".")]


read = with_a_socket if "socket" in sys.argv[2:] else with_the_module
welcome, article = read(sys.argv[1])
print(welcome, article[-1], sep="\n")
