"""Ways to break TCP versus UDP, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, without_faults

IPV4, IPV6 = [Family.IPV4], [Family.IPV6]

breaks = [
    Break("the path loses nothing", without_faults(), families=IPV4),
    Break(
        "the client leaves out a message by TCP",
        edit("tcp_client.py", "range(1, 501)", "range(2, 501)"),
        families=IPV6,
    ),
    Break(
        "the client sends each datagram twice",
        edit(
            "udp_client.py",
            "        s.sendto(",
            "        s.sendto(f'{number} {sys.argv[2]}'.encode(), address)\n        s.sendto(",
        ),
        families=IPV4,
    ),
    Break(
        "the UDP server invents what did not come",
        edit(
            "udp_server.py",
            "    except TimeoutError:\n        pass",
            "    except TimeoutError:\n        messages = [(n, 'copper') for n in range(1, 501)]",
        ),
        families=IPV6,
    ),
    Break(
        "the TCP server prints what it should have heard",
        edit("tcp_server.py", "*{word for _, word in messages}", "'violet'"),
        families=IPV4,
    ),
    Break(
        "the UDP server prints what it should have heard",
        edit("udp_server.py", "*{word for _, word in messages}", "'garden'"),
        families=IPV6,
    ),
    Break(
        "the UDP server prints the gaps of another run",
        edit("udp_server.py", "*sorted(set(range(1, 501)) - set(numbers))", "9, 22, 57, 79"),
        families=IPV4,
    ),
    Break(
        "the UDP server has little room, and is slow",
        edit("udp_server.py", "212992", "1"),
        edit("udp_server.py", "s.settimeout(2)", "s.settimeout(2); sum(range(9999))"),
        families=IPV6,
    ),
    Break(
        "the TCP server answers before it is asked",
        edit(
            "tcp_server.py",
            "    with connection,",
            "    connection.sendall(b'marble')\n    with connection,",
        ),
        families=IPV6,
    ),
    # No UDP server can answer before it is asked: the question tells it the client's port.
    Break(
        "the UDP server answers, though nobody asks",
        edit(
            "udp_server.py",
            "    except TimeoutError:\n        pass",
            "    except TimeoutError:\n        s.sendto(b'marble', sender)",
        ),
        edit(
            "udp_server.py",
            "messages.append(s.recv(100).decode().split())",
            "message, sender = s.recvfrom(100); messages.append(message.decode().split())",
        ),
        families=IPV4,
    ),
    Break("nothing gets through to the far host", cut_off("remote"), families=IPV4),
]
