"""Ways to break TCP versus UDP, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

breaks = [
    Break("the path loses nothing", without_faults(), families=IPV4),
    Break(
        "the client leaves out a message by TCP",
        edit("tcp_client.py", "range(1, 1001)", "range(2, 1001)"),
        families=IPV6,
    ),
    Break(
        "the client sends each datagram twice",
        edit(
            "udp_client.py",
            "        s.sendto(",
            "        s.sendto(f'{number}'.encode(), address)\n        s.sendto(",
        ),
        families=IPV4,
    ),
    Break(
        "the UDP server invents what did not come",
        edit(
            "udp_server.py",
            "    except TimeoutError:\n        pass",
            "    except TimeoutError:\n        numbers = list(range(1, 1001))",
        ),
        families=IPV6,
    ),
    Break("nothing gets through to the far host", cut_off("remote"), families=IPV4),
]
