"""Each host is what the lab says it is: its addresses, names, tools, user, powers and card."""

from __future__ import annotations

import json
import os

import pytest
from lab_clone import Clone
from testinfra.host import Host
from waiting import PATIENCE

from lab.hosts.docker.compose.lab import Lab
from lab.hosts.running_lab import RunningLab
from lab.wire.address import Family

LAST = {"client": "10", "server": "20", "dns": "53"}
TOOLS = [
    "python3",
    "ip",
    "ss",
    "ping",
    "netstat",
    "telnet",
    "ssh",
    "plink",
    "nc",
    "curl",
    "dig",
    "traceroute",
    "ethtool",
    "iptables",
    "ip6tables",
    "tcpdump",
    "setpriv",
    "prlimit",
    "ps",
]
PACKAGES = [
    "bind9-dnsutils",
    "curl",
    "ethtool",
    "iproute2",
    "iptables",
    "iputils-ping",
    "net-tools",
    "netcat-openbsd",
    "openssh-client",
    "putty-tools",
    "python3",
    "tcpdump",
    "telnet",
    "traceroute",
]
# The bits of linux/capability.h, by number.
POWERS = {
    "CHOWN": 0,
    "DAC_OVERRIDE": 1,
    "FOWNER": 3,
    "KILL": 5,
    "SETGID": 6,
    "SETUID": 7,
    "SETPCAP": 8,
    "NET_ADMIN": 12,
    "NET_RAW": 13,
}
CARD_FEATURES = (
    "tx-checksumming",
    "tcp-segmentation-offload",
    "generic-segmentation-offload",
    "generic-receive-offload",
)


@pytest.fixture(scope="module")
def topology(this_lab: Clone) -> Lab:
    """Give the lab as compose.yaml and .env describe it."""
    return Lab(this_lab.root)


def ask(host: Host, name: str, kind: str) -> list[str]:
    """Return what the lab's DNS answers, the shortest way."""
    answer: str = host.check_output("dig +short %s %s", name, kind)
    return answer.split()


@pytest.mark.parametrize("name", LAST)
def test_the_host_has_the_addresses_of_the_plan(
    hosts: dict[str, Host], topology: Lab, name: str
) -> None:
    card = json.loads(hosts[name].check_output("ip -j addr show dev eth0"))[0]
    found = {address["local"] for address in card["addr_info"] if address["scope"] == "global"}
    last = LAST[name]
    assert found == {f"{topology.prefix}.0.{last}", f"{topology.prefix6}::{last}"}


@pytest.mark.parametrize("name", LAST)
def test_the_host_knows_its_own_name(hosts: dict[str, Host], name: str) -> None:
    assert hosts[name].check_output("hostname") == name


def test_the_host_is_on_one_network_only(each_host: Host) -> None:
    cards = json.loads(each_host.check_output("ip -j link"))
    assert sorted(card["ifname"] for card in cards) == ["eth0", "lo"]


@pytest.mark.parametrize("name", LAST)
def test_the_name_server_knows_both_addresses_and_the_way_back(
    hosts: dict[str, Host], topology: Lab, name: str
) -> None:
    client = hosts["client"]
    ipv4, ipv6 = f"{topology.prefix}.0.{LAST[name]}", f"{topology.prefix6}::{LAST[name]}"
    assert ask(client, f"{name}.lab.test", "A") == [ipv4]
    assert ask(client, f"{name}.lab.test", "AAAA") == [ipv6]
    assert client.check_output("dig +short -x %s", ipv4) == f"{name}.lab.test."
    assert client.check_output("dig +short -x %s", ipv6) == f"{name}.lab.test."


def test_a_name_of_one_ip_version_has_addresses_of_that_version_only(
    hosts: dict[str, Host], topology: Lab
) -> None:
    client = hosts["client"]
    assert ask(client, "server.ipv4.lab.test", "A") == [f"{topology.prefix}.0.20"]
    assert ask(client, "server.ipv4.lab.test", "AAAA") == []
    assert ask(client, "server.ipv6.lab.test", "A") == []
    assert ask(client, "server.ipv6.lab.test", "AAAA") == [f"{topology.prefix6}::20"]


@pytest.mark.parametrize("name", ["maps.google.com", "www.python.org"])
def test_the_names_of_the_course_lead_to_the_server(
    hosts: dict[str, Host], topology: Lab, name: str
) -> None:
    assert ask(hosts["client"], name, "A") == [f"{topology.prefix}.0.20"]
    assert ask(hosts["client"], name, "AAAA") == [f"{topology.prefix6}::20"]


@pytest.mark.parametrize("name", ["nobody.lab.test", "nobody.test", "lab.nobody.example"])
def test_a_name_that_there_is_not_is_said_not_to_exist(hosts: dict[str, Host], name: str) -> None:
    answer = hosts["client"].check_output("dig %s", name)
    assert "status: NXDOMAIN" in answer
    assert "flags: qr aa" in answer


def test_the_host_asks_the_name_server_of_the_lab_and_no_other(
    each_host: Host, topology: Lab
) -> None:
    lines = each_host.file("/etc/resolv.conf").content_string.splitlines()
    assert [line for line in lines if line.startswith("nameserver")] == [
        f"nameserver {topology.prefix}.0.53"
    ]
    assert "search lab.test" in lines


@pytest.mark.parametrize(("zone", "last"), [("ipv4", ".0.20"), ("ipv6", "::20")])
def test_a_bare_name_is_found_in_the_ip_version_that_the_run_has(
    hosts: dict[str, Host], topology: Lab, zone: str, last: str
) -> None:
    found = hosts["client"].check_output(f"LOCALDOMAIN={zone}.lab.test getent ahosts server")
    prefix = topology.prefix if zone == "ipv4" else topology.prefix6
    assert {line.split()[0] for line in found.splitlines()} == {f"{prefix}{last}"}


def test_every_tool_of_the_course_is_there(each_host: Host) -> None:
    missing = each_host.check_output(
        f"for tool in {' '.join(TOOLS)}; do command -v $tool >/dev/null || echo $tool; done"
    )
    assert missing.split() == []


def test_the_tools_come_from_the_distributions_packages(hosts: dict[str, Host]) -> None:
    told = hosts["dns"].check_output("dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n'")
    installed = {line.split()[1] for line in told.splitlines() if line.startswith("ii ")}
    assert {*PACKAGES, "nsd"} - installed == set()


def test_the_user_of_programs_is_an_ordinary_one_with_a_home(each_host: Host) -> None:
    student = each_host.user("student")
    assert student.home == "/home/student"
    assert 10_000 <= student.uid == student.gid < 60_000
    assert student.groups == ["student"]
    assert each_host.file(student.home).user == "student"


def test_no_two_hosts_count_each_others_processes(hosts: dict[str, Host]) -> None:
    numbers = {host.user("student").uid for host in hosts.values()}
    assert len(numbers) == len(hosts)
    assert os.getuid() not in numbers


def test_a_host_has_the_powers_that_the_lab_needs_and_no_more(each_host: Host) -> None:
    status = dict(
        line.split(":\t", 1)
        for line in each_host.file("/proc/1/status").content_string.splitlines()
        if ":\t" in line
    )
    assert int(status["CapBnd"], 16) == sum(1 << bit for bit in POWERS.values())
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"


@pytest.mark.parametrize("name", LAST)
def test_no_host_is_privileged_or_sees_the_engine(this_lab: Clone, name: str) -> None:
    seen = json.loads(this_lab.docker("inspect", this_lab.ids()[name]))[0]
    assert seen["HostConfig"]["Privileged"] is False
    assert seen["HostConfig"]["PidMode"] == ""
    assert seen["HostConfig"]["PortBindings"] in (None, {})
    assert not any("docker.sock" in mount["Source"] for mount in seen["Mounts"])
    assert [m["Destination"] for m in seen["Mounts"] if m["RW"] and m["Type"] != "tmpfs"] == []


@pytest.mark.parametrize("name", LAST)
def test_a_program_has_no_powers_and_can_get_none(network: RunningLab, name: str) -> None:
    program = network.open([name])[name].start(["cat", "/proc/self/status"])
    assert program.wait(PATIENCE)
    status = dict(line.split(":\t", 1) for line in program.transcript().stdout if ":\t" in line)
    for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[kind], 16) == 0, kind
    assert status["NoNewPrivs"] == "1"
    assert min(map(int, status["Uid"].split() + status["Gid"].split())) >= 10_000
    # Its only other group is that of its own output (/dev/stdout).
    (group,) = map(int, status["Groups"].split())
    assert group >= 10_000


@pytest.mark.parametrize(
    ("what", "command"),
    [
        ("change a route", "ip route add 192.0.2.0/24 dev eth0"),
        ("take the card down", "ip link set eth0 down"),
        ("change a firewall rule", "iptables -F"),
        ("switch offload on", "ethtool -K eth0 tso on"),
        ("write to the system", "touch /usr/local/bin/ping"),
        ("see all packets", "tcpdump -c 1 -i eth0"),
        ("end the host's first process", "kill -9 1"),
    ],
)
def test_a_program_cannot(network: RunningLab, what: str, command: str) -> None:
    program = network.open(["client"])["client"].start(command.split())
    assert program.wait(PATIENCE), f"a program that tries to {what} has not ended"
    assert program.transcript().exit_status not in (0, None), f"a program could {what}"


@pytest.mark.parametrize("version", ["-4", "-6"])
def test_a_program_can_ping_without_any_power(network: RunningLab, version: str) -> None:
    program = network.open(["client"])["client"].start(
        ["ping", version, "-c", "1", "-W", "20", "server"]
    )
    assert program.wait(PATIENCE)
    assert "1 received" in "\n".join(program.transcript().stdout)


@pytest.mark.parametrize("name", LAST)
def test_nothing_listens_but_the_name_server(hosts: dict[str, Host], name: str) -> None:
    listed = hosts[name].check_output("ss -H -l -n -t -u").splitlines()
    found = {(line.split()[0], line.split()[4]) for line in listed}
    # The engine keeps a resolver of its own on the loopback of every host; nobody asks it.
    ports = {(kind, end.rpartition(":")[2]) for kind, end in found if "127.0.0.11" not in end}
    assert ports == ({("tcp", "53"), ("udp", "53")} if name == "dns" else set())


def test_the_card_sends_packets_as_a_wire_carries_them(each_host: Host) -> None:
    told = each_host.check_output("ethtool -k eth0")
    features = dict(line.split(": ", 1) for line in told.splitlines() if ": " in line)
    assert {name: features[name].split()[0] for name in CARD_FEATURES} == dict.fromkeys(
        CARD_FEATURES, "off"
    )


def test_ipv6_is_ready_when_a_host_is(each_host: Host) -> None:
    card = json.loads(each_host.check_output("ip -6 -j addr show dev eth0"))[0]
    assert len(card["addr_info"]) == 2
    assert not any(address.get("tentative") for address in card["addr_info"])


def test_ports_under_1024_are_free_for_programs(each_host: Host) -> None:
    assert each_host.sysctl("net.ipv4.ip_unprivileged_port_start") == 0


def test_a_kernel_answers_every_closed_port(each_host: Host) -> None:
    assert each_host.sysctl("net.ipv4.icmp_ratelimit") == 0
    assert each_host.sysctl("net.ipv6.icmp.ratelimit") == 0


def test_a_host_keeps_nothing_that_tcp_has_measured(each_host: Host) -> None:
    assert each_host.sysctl("net.ipv4.tcp_no_metrics_save") == 1


def test_the_network_knows_whose_address_is_whose(network: RunningLab, topology: Lab) -> None:
    assert network.addresses("server")[Family.IPV6] == f"{topology.prefix6}::20"
    assert network.names[f"{topology.prefix}.0.10"] == "client"
    assert set(LAST) <= set(network.up)


def test_an_answer_is_typed_when_the_question_is_there(network: RunningLab) -> None:
    ask = "print('hello', input('who? ')); import sys; sys.stderr.write('still '); input()"
    program = network.open(["client"])["client"].start(
        ["python3", "-c", ask], stdin="", interactive=True
    )
    assert program.wait_for_prompt("who? ", PATIENCE)
    assert not program.wait_for_prompt("hello ", 0.1)
    program.write("lab\n")
    assert program.wait_for_prompt("still ", PATIENCE)
    program.write("\n")
    assert program.wait(PATIENCE)
    assert not program.wait_for_prompt("again? ", PATIENCE)
    assert program.transcript().stdout == ["who? hello lab"]
    assert [each.text for each in program.transcript().typed] == ["lab", ""]
