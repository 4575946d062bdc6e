"""A test function's name as a sentence: acronyms in capitals, apostrophes where they belong."""

from __future__ import annotations

import re
from collections.abc import Callable

_ACRONYMS = (
    "ACK ARP CR CSS DHCP DNS EOF FIN FTP HTML HTTP HTTPS ICMP ID IGMP IMAP IP JSON LF MAC MSS MTU "
    "NAT OS PHP PID POP PSH RST SMTP SQL SSH SYN TCP TLS TOS TTL UDP URG URL XAMPP"
)
_NAMES = {
    "apache": "Apache",
    "chromium": "Chromium",
    "docker": "Docker",
    "ethernet": "Ethernet",
    "imap4": "IMAP4",
    "ipv4": "IPv4",
    "ipv6": "IPv6",
    "linux": "Linux",
    "localhost": "localhost",
    "mariadb": "MariaDB",
    "mysql": "MySQL",
    "phpmyadmin": "phpMyAdmin",
    "pop3": "POP3",
    "postfix": "Postfix",
    "python": "Python",
    "telnet": "Telnet",
    "webalizer": "Webalizer",
}
_SHORT = {
    f"{word}t": f"{word}'t"
    for word in ("aren", "couldn", "didn", "doesn", "don", "hasn", "haven", "isn", "wasn", "weren")
} | {"cant": "can't", "wont": "won't"}

_OWNERS = (
    "browser caller client domain group host kernel message neighbour network other packet peer "
    "program proxy receiver request router segment sender server service socket user"
)
"""Who can have something; as ``owners`` before it they are one owner with an apostrophe."""

_OWNED = (
    "ack address addresses answer backlog buffer byte bytes cache card certificate checksum clock "
    "connection data direction fin first file goodbye greeting hardware header host input kernel "
    "last line log mail message mtu name network number own packet page port program range "
    "receive reply reset second segment send sequence side socket source state syn table timeout "
    "question ttl turn whole window word words"
)
"""What follows an owner. Where any other word follows, ``owners`` are several: they do it."""

_TOGETHER: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\b(three|four) way handshake", r"\1-way handshake"),
    (r"\b(TLS|HTTP) (\d) (\d)\b", r"\1 \2.\3"),
    (r"\bFIN wait ?([12])\b", r"FIN_WAIT\1"),
    (r"\b(?:time|close) wait\b", lambda found: found[0].upper().replace(" ", "_")),
)
"""Words that belong together, and how they are written then."""


def sentence_of(expectation: str) -> str:
    """Return a test function's name as a sentence: ``the client's FIN is acknowledged``.

    The case of a parametrized one stands behind it: ``a page is served [hello.html]``.
    """
    name, bracket, case = expectation.partition("[")
    words = name.removeprefix("test_").replace("_", " ").split()
    following = [*words[1:], ""]
    sentence = " ".join(map(_written, words, following))
    for pattern, better in _TOGETHER:
        sentence = re.sub(pattern, better, sentence)
    return f"{sentence} {bracket}{case}" if bracket else sentence


def _written(word: str, following: str) -> str:
    one = word.removesuffix("s")
    owns = one != word and following in _OWNED.split()
    if word in _NAMES or word in _SHORT:
        return _NAMES.get(word) or _SHORT[word]
    if word.upper() in _ACRONYMS.split():
        return word.upper()
    if one.upper() in _ACRONYMS.split():
        return f"{one.upper()}'s" if owns else f"{one.upper()}s"
    return f"{one}'s" if owns and one in _OWNERS.split() else word
