"""The course that the lab serves: its lectures and parts, and which scenarios teach them."""

from __future__ import annotations

from collections.abc import Iterable

from lab.scenario.scenario import Scenario

LECTURES = {
    1: "Overview",
    2: "Network fundamentals",
    3: "Network architecture",
    4: "Names, ping, netstat, telnet, a local web server",
    5: "XAMPP",
    6: "Client and server, streams and datagrams",
    7: "Client sockets",
    8: "Server sockets",
    9: "A client and a server together, and a page for a browser",
}

PARTS = {
    "A": "Names and addresses",
    "B": "TCP: streams",
    "C": "UDP: datagrams",
    "D": "HTTP",
    "E": "Services",
    "F": "Network architecture",
    "G": "Beyond chapter 1",
}

_ORDER = """
host_name ip_addresses ping ports netstat
tcp_connect tcp_client tcp_server tcp_handshake tcp_refused tcp_stream bind_address
listen_backlog many_clients half_close flow_control file_and_socket
udp_datagrams udp_boundaries udp_unreachable udp_large udp_broadcast
http_browse http_by_hand request_response local_web_server https
standard_ports remote_login mail file_transfer xampp web_app
layers traceroute nat path_mtu tcp_retransmission tcp_versus_udp host_down
high_level_client data_encodings http_server remote_calls distributed_map distributed_engine
"""
ORDER = tuple(_ORDER.split())
"""The scenarios in the order in which the course teaches them, part by part."""


def render(scenarios: Iterable[Scenario]) -> str:
    """Return the page ``docs/course.md``: every lecture, every part, and their scenarios."""
    known = sorted(scenarios, key=lambda one: one.name)
    lines = [
        "# The course and its scenarios",
        "",
        "Made by `lab list --course` from the scenarios themselves; a test holds it to them.",
        "",
        "## By lecture",
        "",
        "| lecture | topic | scenarios |",
        "|---|---|---|",
    ]
    talked = []
    for number, title in LECTURES.items():
        taught = [_link(one) for one in known if number in one.lectures]
        if taught:
            lines.append(f"| {number} | {title} | {', '.join(taught)} |")
        else:
            talked.append(f"{number} ({title.lower()})")
    if talked:
        lines += ["", f"Lectures without a scenario of their own: {', '.join(talked)}."]
    for part, title in PARTS.items():
        lines += ["", f"## Part {part}: {title}", ""]
        inside = [one for one in known if one.part == part]
        if not inside:
            lines.append("None yet.")
            continue
        lines += ["| scenario | what it shows | lectures | over |", "|---|---|---|---|"]
        for one in inside:
            lectures = ", ".join(map(str, one.lectures)) or "afterwards"
            over = ", ".join(family.label for family in one.families)
            what = one.summary.replace("|", "\\|")
            lines.append(f"| {_link(one)} | {what} | {lectures} | {over} |")
    return "\n".join(lines) + "\n"


def _link(scenario: Scenario) -> str:
    return f"[`{scenario.name}`](../scenarios/{scenario.name}/README.md)"
