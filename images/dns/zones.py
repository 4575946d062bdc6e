"""The DNS zones of the lab, made from the table of hosts and the lab's address prefixes.

Zone files as in RFC 1035 section 5, IPv6 addresses as in RFC 3596. Run at the start of the DNS
host, with that host's own Python: standard library only.

    zones.py TABLE LAB_PREFIX LAB_PREFIX6 DIRECTORY

writes one file per zone and ``nsd.conf`` into DIRECTORY. In TABLE, ; or an end of line is between

    host NAME IPV4 IPV6   an address: what follows LAB_PREFIX and LAB_PREFIX6 (once per address)
    name NAME HOST        another full name of that host, outside the lab's own zone
    mail HOST DOMAIN      that host takes the mail for addresses like student@DOMAIN

The lab makes it of compose.yaml.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from pathlib import Path

DOMAIN = "lab.test"
#: Seconds a name may be remembered: short, so that a changed lab is never seen with old names.
TTL = 5


@dataclass(frozen=True)
class Table:
    """The table: addresses by host, in their order; other names; who takes mail, by domain."""

    ipv4: dict[str, list[IPv4Address]] = field(default_factory=dict)
    ipv6: dict[str, list[IPv6Address]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    mail: dict[str, list[str]] = field(default_factory=dict)


def parse(text: str, prefix: str, prefix6: str) -> Table:
    """Read the table under the two prefixes; raises ValueError with what is wrong."""
    table = Table()
    for line in text.replace(";", "\n").splitlines():
        words = line.split()
        match words:
            case []:
                continue
            case ["host", name, ipv4, ipv6]:
                try:
                    table.ipv4.setdefault(name, []).append(IPv4Address(prefix + ipv4))
                    table.ipv6.setdefault(name, []).append(IPv6Address(prefix6 + ipv6))
                except ValueError as error:
                    raise ValueError(f"the addresses of {name}: {error}") from None
            case ["name", name, host] if host in table.ipv4:
                table.names[name] = host
            case ["mail", host, domain] if host in table.ipv4:
                table.mail.setdefault(domain, []).append(host)
            case _:
                raise ValueError(
                    f"{line.strip()!r} is neither 'host NAME IPV4 IPV6' nor 'name NAME HOST' or"
                    " 'mail HOST DOMAIN' of a host above it"
                )
    return table


def head(zone: str) -> list[str]:
    """Return what the file of every zone begins with: its SOA and NS records."""
    server = f"dns.{DOMAIN}."
    return [
        f"$ORIGIN {zone.rstrip('.')}.",
        f"$TTL {TTL}",
        f"@ SOA {server} student.{DOMAIN}. 1 3600 600 86400 {TTL}",
        f"@ NS {server}",
    ]


def addresses(
    owner: str, table: Table, host: str, *, ipv4: bool = True, ipv6: bool = True
) -> list[str]:
    """Return the A and AAAA records of a host under a name of our choice."""
    lines = []
    if ipv4:
        lines += [f"{owner} A {address}" for address in table.ipv4[host]]
    if ipv6:
        lines += [f"{owner} AAAA {address}" for address in table.ipv6[host]]
    return lines


def zones(table: Table, prefix: str, prefix6: str) -> dict[str, str]:
    """Return the text of each zone file, by the zone's name (``.`` is the root).

    The lab's root zone knows no other names, so any name outside the lab does not exist
    (NXDOMAIN) instead of making a program wait for an answer that never comes.
    """
    network = IPv6Network(f"{prefix6}::/48")
    reverse4 = ".".join(reversed(prefix.split("."))) + ".in-addr.arpa"
    reverse6 = ".".join(network.network_address.reverse_pointer.split(".")[-14:])

    files = {zone: head(zone) for zone in (".", DOMAIN, reverse4, reverse6)}
    for host in table.ipv4:
        files[DOMAIN] += addresses(host, table, host)
        files[DOMAIN] += addresses(f"{host}.ipv4", table, host, ipv6=False)
        files[DOMAIN] += addresses(f"{host}.ipv6", table, host, ipv4=False)
        for v4 in table.ipv4[host]:
            files[reverse4].append(f"{v4.reverse_pointer}. PTR {host}.{DOMAIN}.")
        for v6 in table.ipv6[host]:
            files[reverse6].append(f"{v6.reverse_pointer}. PTR {host}.{DOMAIN}.")
    for name, host in table.names.items():
        zone = ".".join(name.split(".")[-2:])
        files.setdefault(zone, head(zone))
        files[zone] += addresses(f"{name}.", table, host)
    for domain, hosts in table.mail.items():
        files.setdefault(domain, head(domain))
        files[domain] += [f"@ MX 10 {host}.{DOMAIN}." for host in hosts]
    return {zone: "\n".join(lines) + "\n" for zone, lines in files.items()}


def configuration(names: list[str], directory: Path) -> str:
    """Return nsd.conf(5) for the zones of these names, whose files lie in ``directory``."""
    lines = [
        "server:",
        "  server-count: 1",
        "  username: nsd",
        '  database: ""',
        '  pidfile: ""',
        '  zonelistfile: ""',
        f'  xfrdfile: "{directory}/xfrd.state"',
        f'  zonesdir: "{directory}"',
        # A whole class behind one address asks often: no answer is left out.
        "  rrl-ratelimit: 0",
        "  hide-version: yes",
        "remote-control:",
        "  control-enable: no",
    ]
    for name in names:
        lines += ["zone:", f'  name: "{name}"', f'  zonefile: "{file_name(name)}"']
    return "\n".join(lines) + "\n"


def file_name(zone: str) -> str:
    """Return the name of the file that holds a zone."""
    return f"{zone.rstrip('.') or 'root'}.zone"


def main(arguments: list[str]) -> None:
    """Write the zones and the configuration."""
    table, prefix, prefix6, target = arguments
    directory = Path(target)
    directory.mkdir(parents=True, exist_ok=True)
    texts = zones(parse(table, prefix, prefix6), prefix, prefix6)
    for zone, text in texts.items():
        (directory / file_name(zone)).write_text(text)
    (directory / "nsd.conf").write_text(configuration(list(texts), directory))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ValueError as error:
        sys.exit(str(error))
