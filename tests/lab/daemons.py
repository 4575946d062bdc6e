"""What the tests of every host that serves ask of its daemons."""

from __future__ import annotations

from testinfra.host import Host


def users_of(host: Host, process: str) -> set[str]:
    """Return the users as which the processes of that name run."""
    return {found.user for found in host.process.filter(comm=process)}


def ports(host: Host) -> dict[str, set[int]]:
    """Return the TCP ports on which a host listens for the network, by IP version."""
    found: dict[str, set[int]] = {"IPv4": set(), "IPv6": set()}
    for line in host.check_output("ss -H -l -n -t").splitlines():
        address, _, port = line.split()[3].rpartition(":")
        if address.startswith(("127.", "[::1]")):
            continue
        for version, wildcards in (("IPv4", ("0.0.0.0", "*")), ("IPv6", ("[::]", "*"))):
            if address in wildcards:
                found[version].add(int(port))
    return found


def ask(host: Host, address: str, port: int, *lines: str) -> list[str]:
    """Type lines of a protocol that ends with ``quit``; return those of the answers."""
    typed = "".join(f"{line}\\r\\n" for line in (*lines, "quit"))
    told: str = host.check_output(f"printf '{typed}' | nc -N {address} {port}")
    return told.split("\r\n")


def health_notices_a_standstill(host: Host, process: str) -> bool:
    """Hold a daemon's processes, and let them go on: does the health check tell, both times?"""
    numbers = host.check_output("pgrep -x %s", process).split()
    assert numbers, f"no {process} runs"
    assert host.run("socketlab-health").rc == 0
    host.check_output(f"kill -STOP {' '.join(numbers)}")
    try:
        held = host.run("socketlab-health").rc
    finally:
        host.check_output(f"kill -CONT {' '.join(numbers)}")
    return bool(held == 1 and host.run("socketlab-health --within 10").rc == 0)
