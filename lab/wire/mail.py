"""Mail on its way: the dialogue of SMTP, and the letter in SMTP, POP3 and IMAP.

RFC 5321, RFC 1939 and RFC 9051. A letter is read with :mod:`email`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lab.errors import NotObserved
from lab.wire.conversation import Conversation

if TYPE_CHECKING:
    from email.message import Message

DATA_FOLLOWS = "354"
_CODE = re.compile(r"^(\d{3}) ", re.MULTILINE)
_BY_SMTP = re.compile(rb"^data\r\n(.*?\r\n)\.\r\n", re.DOTALL | re.MULTILINE | re.IGNORECASE)
_BY_POP3 = re.compile(rb"^\+OK \d+ octets\r\n(.*?\r\n)\.\r\n", re.DOTALL | re.MULTILINE)
_BY_IMAP = re.compile(rb"BODY\[\] \{(\d+)\}\r\n")


def smtp_dialogue(conversation: Conversation) -> str:
    """Return the codes of the server and the commands of the client, ``...`` for a letter.

    Such as ``220 EHLO 250 MAIL 250 RCPT 250 DATA 354 ... 250 QUIT 221``.
    """
    told: list[str] = []
    for message in conversation.messages:
        text = message.data.decode("latin-1")
        if message.sender == "server":
            told += _CODE.findall(text)[:1]
        elif told[-1:] == [DATA_FOLLOWS]:
            told.append("...")
        else:
            told += text.upper().split()[:1]
    return " ".join(told)


def letter_by_smtp(conversation: Conversation) -> Message:
    """Return the letter that a client handed in; raises NotObserved where there is none."""
    return _read(_BY_SMTP.search(conversation.sent))


def letter_by_pop3(conversation: Conversation) -> Message:
    """Return the letter that a server brought; raises NotObserved where there is none."""
    return _read(_BY_POP3.search(conversation.received))


def letter_by_imap(conversation: Conversation) -> Message:
    """Return the letter that a server brought; raises NotObserved where there is none.

    It is as many bytes as stand before it in braces, and no dot is doubled.
    """
    found = _BY_IMAP.search(conversation.received)
    if found is None:
        raise NotObserved(f"{conversation.server} sent no letter by IMAP")
    return _parsed(conversation.received[found.end() :][: int(found[1])])


def _read(found: re.Match[bytes] | None) -> Message:
    if found is None:
        raise NotObserved("no complete letter, ended by a line with a dot, was sent")
    # A dot is put before each line that begins with one (RFC 5321, 4.5.2; RFC 1939, 3).
    return _parsed(re.sub(rb"(^|\r\n)\.\.", rb"\1.", found[1]))


def _parsed(letter: bytes) -> Message:
    import email  # noqa: PLC0415 - slow to load, and few scenarios carry mail

    return email.message_from_bytes(letter)
