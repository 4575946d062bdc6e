"""Which names of Python's make which call of the kernel, and what hides such a call."""

from __future__ import annotations

_RECV = frozenset({"recv", "recv_into", "recvfrom", "recvfrom_into"})
_LISTENS = frozenset({"create_server"})
_CONNECTS = frozenset({"connect", "connect_ex", "create_connection"})
_MAKES = frozenset({"socket", "create_connection", "has_dualstack_ipv6", "fromfd"}) | _LISTENS
_SENDS = frozenset({"send", "sendall", "sendfile"})

MAKERS: dict[str, frozenset[str]] = {
    "socket": _MAKES,
    "bind": _LISTENS | {"bind"},
    "listen": _LISTENS | {"listen"},
    "setsockopt": _LISTENS | {"setsockopt", "has_dualstack_ipv6"},
    "connect": _CONNECTS,
    "accept": frozenset({"accept"}),
    "send": _SENDS,
    "sendto": frozenset({"sendto"}),
    "sendmsg": frozenset({"sendmsg"}),
    "sendfile": frozenset({"sendfile"}),
    "write": frozenset({"write"}),
    "recv": _RECV,
    "recvfrom": frozenset({"recvfrom", "recvfrom_into"}),
    "recvmsg": frozenset({"recvmsg", "recvmsg_into"}),
    "read": frozenset({"read"}),
    "shutdown": frozenset({"shutdown"}),
    "select": frozenset({"select"}),
    "epoll_wait": frozenset({"poll", "select"}),
    "sleep": frozenset({"sleep"}),
}
"""The names that can make a call. A ``close`` is not among them: Python also closes what no name
means any more. Neither is ``poll``: a socket with a timeout waits so in whatever it does."""

ONCE = frozenset(
    {
        *("accept", "recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into"),
        *("send", "sendall", "sendto", "sendmsg"),
    }
)
"""The names that make one call which succeeds, where that does all there is to do."""

LOOK_UPS = frozenset(
    {
        *("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"),
        *("getfqdn", "connect", "connect_ex", "create_connection", "bind", "sendto", "sendmsg"),
        *("if_nametoindex", "if_indextoname", "if_nameindex", "create_server"),
    }
)
"""What may have the C library look a name up: it makes UDP sockets of its own (getaddrinfo(3))."""

FUNCTIONS = frozenset(
    {
        *("socket", "create_server", "create_connection", "has_dualstack_ipv6", "fromfd"),
        *("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"),
        *("getfqdn", "if_nametoindex", "if_indextoname", "if_nameindex"),
        *("select", "sleep", "read", "write", "sendfile"),
    }
)
"""Those that are functions of a module, so that a source may import them by their name."""

ALL = frozenset().union(*MAKERS.values(), LOOK_UPS)

PLAIN = frozenset(
    {
        *(
            "argparse",
            "base64",
            "binascii",
            "bisect",
            "collections",
            "concurrent",
            "contextlib",
            "copy",
            "csv",
        ),
        *("dataclasses", "datetime", "enum", "errno", "functools", "hashlib"),
        *("heapq", "hmac", "io", "ipaddress", "itertools", "json", "math", "operator", "os"),
        *(
            "pathlib",
            "queue",
            "random",
            "re",
            "secrets",
            "select",
            "selectors",
            "signal",
            "socket",
            "statistics",
        ),
        *("string", "struct", "sys", "textwrap", "threading", "time", "traceback", "types"),
        *("typing", "zlib", "__future__"),
    }
)
"""Modules that call nobody by themselves; any other may make calls that no line of ours shows."""

DOUBTFUL = frozenset(
    {
        *("exec", "eval", "getattr", "attrgetter", "methodcaller", "__import__"),
        *("system", "popen", "fdopen", "detach", "posix_spawn", "posix_spawnp"),
        *("execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe"),
        *("spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe"),
    }
)
"""What may make a call where the source does not name it, or has another program make it."""
