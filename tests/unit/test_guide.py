"""What the guide says to ask can be asked: each question of its tables is put to a run."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from played import hello

import lab
from lab.errors import NotObserved
from lab.observation.calls.call import Call, Socket
from lab.observation.control import Echo, Echoes
from lab.observation.host import HostObservation
from lab.observation.names import NameLookups
from lab.observation.png import Png
from lab.observation.route import Route
from lab.observation.tools import Hop, Ping, Reply
from lab.observation.transcript import Transcript
from lab.wire.address import Family
from lab.wire.conversation import Conversation, Event, Message, http
from lab.wire.conversation.icmp_error import IcmpError
from lab.wire.mysql import Query
from lab.wire.packet import Ipv4
from lab.wire.sockets.parse import SocketEntry

GUIDE = Path(__file__).parents[2] / "docs" / "writing-a-scenario.md"
ASKED = re.compile(
    r"`((?:observed|tools|tls|mysql|mail|ftp|telnet|Routes|conversation)[.(][^`…]*)`"
)
PROPERTY = re.compile(r"`\.(\w+)")
ANSWERS = (
    *(Conversation, Event, Message, http.Http, http.Request, http.Response, IcmpError, Query),
    *(Echo, Echoes, HostObservation, NameLookups, Png, Route, Hop, Ping, Reply, Transcript),
    *(Family, Ipv4, SocketEntry, Call, Socket),
)
QUESTIONS = (
    GUIDE.read_text(encoding="utf-8").partition("## Questions to ask")[2].partition("\n## ")[0]
)


@pytest.mark.parametrize("question", sorted(set(ASKED.findall(QUESTIONS))))
def test_a_question_of_the_guide_can_be_asked(question: str) -> None:
    observed = hello().observation()
    names: dict[str, Any] = {name: getattr(lab, name) for name in lab.__all__}
    names |= {"observed": observed, "transcript": observed.client["client.py"]}
    names |= {"talk": observed.conversations("tcp")[0], "control": observed.conversations("tcp")[0]}
    names |= {"conversation": names["talk"], "address": "10.77.0.20"}
    names |= {"WEB": lab.Tcp(80), "CACHE": lab.Tcp(11211)}
    # The run has two hosts and two programs; the guide's have other names.
    asked = re.sub(r'"(browser|web|app|router)"', '"client"', question)
    asked = re.sub(r"observed\.(browser|router)\b", "observed.client", asked)
    asked = re.sub(r'\["(nobody|ping|browse)"\]', '["client.py"]', asked)
    # This run may show nothing of the kind, which is a fair answer; of TLS it shows None.
    with suppress(NotObserved):
        eval(asked.partition(").")[0] + ")" if asked.startswith("tls.") else asked, names)


@pytest.mark.parametrize("name", sorted(set(PROPERTY.findall(QUESTIONS))))
def test_a_property_that_the_guide_names_is_one(name: str) -> None:
    kinds = [kind for answer in ANSWERS for kind in answer.__mro__]
    assert any(name in (*vars(kind), *getattr(kind, "__annotations__", ())) for kind in kinds)


def test_the_guide_has_questions() -> None:
    assert len(ASKED.findall(QUESTIONS)) > 30
