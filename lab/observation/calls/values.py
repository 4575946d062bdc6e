"""Values as strace(1) writes them: strings, addresses, numbers, and what is between commas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address

from lab.observation.calls.call import Value
from lab.wire.address import Address

_ESCAPES = {"n": 10, "t": 9, "r": 13, "v": 11, "f": 12, "a": 7, "b": 8, "0": 0}
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\.\.\.)?')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-f]{2}|.)", re.DOTALL)
_IPV4 = re.compile(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([0-9.]+)"\)')
_IPV6 = re.compile(r'sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([0-9a-f:.]+)"')
_DATA = re.compile(r'iov_base=("(?:[^"\\]|\\.)*"(?:\.\.\.)?)')
_FLAGS = re.compile(r"msg_flags=([A-Z_|]+)")
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|["\[\](){},]', re.DOTALL)
"""A string; a quote that ends nowhere; brackets; a comma."""


def arguments(text: str) -> list[str]:
    """Cut the arguments of a call apart, at the commas that stand in no string or brackets."""
    found, start, open_ = [], 0, 0
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark == '"':
            break
        if mark in "[{(":
            open_ += 1
        elif mark in "]})":
            open_ -= 1
        elif mark == "," and open_ == 0:
            found.append(text[start : match.start()].strip())
            start = match.end()
    last = text[start:].strip()
    return [*found, last] if last or found else []


def value(text: str) -> Value:
    """Return what an argument says: data, an address, a number, or itself."""
    if text.startswith('"'):
        return data(text)
    if text.startswith("{sa_family="):
        return address(text) or text
    number = re.fullmatch(r"-?\d+|0x[0-9a-f]+", text)
    return int(text, 0) if number and not re.fullmatch(r"-?0\d+", text) else text


def data(text: str) -> bytes:
    """Return the bytes of a string; of one that strace(1) cut short, the beginning."""
    string = _STRING.match(text)
    return unescaped(string[1]) if string else b""


def unescaped(text: str) -> bytes:
    """Return the bytes that a string of C says, without its quotes."""

    def byte(match: re.Match[str]) -> str:
        said = match[1]
        if said[0] in "01234567":
            return chr(int(said, 8) & 255)
        if len(said) == 3:
            return chr(int(said[1:], 16))
        return chr(_ESCAPES.get(said, ord(said) & 255))

    return _ESCAPE.sub(byte, text).encode("latin-1", "replace")


def address(text: str) -> Address | None:
    """Return the address of a socket; one of IPv4 that IPv6 maps as what it is (RFC 4291)."""
    found = _IPV4.search(text) or _IPV6.search(text)
    if found is None:
        return None
    try:
        ip = ip_address(found[2])
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return Address(str(mapped or ip), int(found[1]))


def vector(text: str) -> bytes:
    """Return the bytes that a message or a vector of buffers (readv(2)) holds."""
    return b"".join(map(data, _DATA.findall(text)))


def flags_of(text: str) -> str:
    """Return the flags that the kernel gave a message (recvmsg(2))."""
    found = _FLAGS.search(text)
    return found[1] if found else ""


def descriptors(text: str) -> Iterator[int]:
    """Yield the descriptors that poll(2) or select(2) is given."""
    if "fd=" in text:
        yield from map(int, re.findall(r"\bfd=(\d+)", text))
    elif text.startswith("["):
        yield from map(int, re.findall(r"\d+", text))


def is_address(argument: str) -> bool:
    """Tell whether an argument is the address of a socket, or a message with one."""
    return re.match(r"\{?(msg_name=\{)?sa_family=AF_INET", argument) is not None


def sent(name: str, given: list[str]) -> bytes:
    """Return the data that a call of this name was given to send, as far as it is known."""
    told = given[1] if len(given) > 1 else ""
    return vector(told) if name in ("sendmsg", "writev") else data(told)


def received(result: int | None, given: list[str]) -> Value | None:
    """Return what was received, as far as it is known; the number of an error."""
    if result is None or result < 0:
        return result
    told = given[1] if len(given) > 1 else ""
    found = vector(told) if "iov_base=" in told else data(told)
    return found[:result]
