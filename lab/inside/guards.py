"""What can be done to this host for a while, and is always undone: when asked, or at the end.

A rule is kept in tables of the lab's own chain, so that a host on which an agent was killed is
put right by the next one.
"""

from __future__ import annotations

import subprocess

CHAIN = "SOCKETLAB_GUARD"
TOOLS = ("iptables", "ip6tables")


class Guards:
    """The guards that are set on this host now."""

    def __init__(self) -> None:
        self._rules: dict[int, list[list[str]]] = {}
        self._numbers = iter(range(1, 1 << 30))

    def clear(self) -> None:
        """Undo everything, also what an earlier agent left; quick where there is nothing."""
        if not self._rules and not _chain_exists():
            return
        for tool in TOOLS:
            for hook in ("INPUT", "FORWARD"):
                _quietly([tool, "-w", "-D", hook, "-j", CHAIN])
            _quietly([tool, "-w", "-F", CHAIN])
            _quietly([tool, "-w", "-X", CHAIN])
        self._rules.clear()

    def set(self, kind: str, **options: object) -> int:
        """Set a guard, and return the number by which it is undone.

        ``cut_off`` drops everything that arrives from the network; ``drop`` only what arrives for
        one ``port`` by one ``protocol``, ``tcp`` or ``udp``.
        """
        match = matching(kind, options)
        if not _chain_exists():
            for tool in TOOLS:
                _run([tool, "-w", "-N", CHAIN])
                for hook in ("INPUT", "FORWARD"):
                    _run([tool, "-w", "-I", hook, "-j", CHAIN])
        number = next(self._numbers)
        self._rules[number] = [[tool, CHAIN, *match, "-j", "DROP"] for tool in TOOLS]
        for tool, *rule in self._rules[number]:
            _run([tool, "-w", "-A", *rule])
        return number

    def undo(self, number: int) -> None:
        """Undo one guard."""
        for tool, *rule in self._rules.pop(number):
            _run([tool, "-w", "-D", *rule])
        if not self._rules:
            self.clear()


def matching(kind: str, options: dict[str, object]) -> list[str]:
    """Return the words of iptables(8) that say which packets a guard is about."""
    from_network = ["!", "-i", "lo"]
    if kind == "cut_off" and not options:
        return from_network
    protocol, port = options.get("protocol"), options.get("port")
    if (
        kind == "drop"
        and protocol in ("tcp", "udp")
        and isinstance(port, int)
        and len(options) == 2
    ):
        return [*from_network, "-p", str(protocol), "--dport", str(port)]
    raise ValueError(f"no guard {kind!r} with {options}")


def _chain_exists() -> bool:
    return _quietly(["iptables", "-w", "-n", "-L", CHAIN]) == 0


def _quietly(argv: list[str]) -> int:
    return subprocess.run(argv, capture_output=True, check=False).returncode


def _run(argv: list[str]) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(argv)}: {done.stderr.strip()}")
