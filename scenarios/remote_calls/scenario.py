"""A function runs on another host, or perhaps not"""

import json

import pytest

from lab import Program, Scenario, Tcp

SERVERS = {"xmlrpc": Tcp(15090), "json": Tcp(15091), "manager": Tcp(15092)}
KEYS = {"xmlrpc": [], "json": [], "manager": ["{word3}"]}
# multiprocessing connects over IPv4 only.
HOSTS = {"xmlrpc": "server", "json": "server", "manager": "server.ipv4.lab.test"}
ERRORS = {
    "xmlrpc": "xmlrpc.client.Fault: <Fault 1: \"<class 'ZeroDivisionError'>:division by zero\">",
    "json": "builtins.RuntimeError: ZeroDivisionError: division by zero",
    "manager": "builtins.ZeroDivisionError: division by zero",
}
GONE = {
    "xmlrpc": "builtins.ConnectionRefusedError: [Errno 111] Connection refused",
    "json": "http.client.RemoteDisconnected: Remote end closed connection without response",
    "manager": "builtins.EOFError: ",
}
each_way = pytest.mark.parametrize("way", SERVERS)

scenario = Scenario(
    part="G",
    deadline=40,
    server=[
        Program(f"{way}_server.py", "{answer}", *KEYS[way], listens_on=SERVERS[way], name=way)
        for way in SERVERS
    ],
    client=[
        Program(f"by_{way}.py", HOSTS[way], "{word}", "{number}", *KEYS[way], name=way)
        for way in SERVERS
    ],
)


@each_way
def test_a_function_of_another_host_is_called_like_one_of_ones_own(observed, way):
    """A function of another host is called like one of one's own"""
    assert observed.client[way].stdout[0] == f"{observed.answer} greets {observed.word}"
    assert observed.server[way].stdout[0] == f"asked to greet {observed.word}"


@each_way
def test_an_exception_crosses_the_network_as_text_or_as_itself(observed, way):
    assert observed.client[way].stdout[1] == ERRORS[way]
    received = b"".join(talk.received for talk in observed.conversations(SERVERS[way]))
    assert b"ZeroDivisionError" in received


@each_way
def test_a_caller_whose_server_is_gone_does_not_know_that_it_has_paid(observed, way):
    assert observed.client[way].stdout[2] == GONE[way]
    assert observed.server[way].stdout[1] == f"paid {observed.number}"


def test_xml_rpc_posts_the_name_of_the_function_and_what_it_is_given(observed):
    """XML-RPC posts the name of the function and what it is given"""
    asked, got = observed.http(SERVERS["xmlrpc"]).exchanges[0]
    assert (asked.method, got.status) == ("POST", 200)
    assert b"<methodName>greet</methodName>" in asked.body
    assert f"<string>{observed.word}</string>".encode() in asked.body
    assert f"<string>{observed.answer} greets {observed.word}</string>".encode() in got.body


def test_json_rpc_posts_the_same_as_json_and_the_answer_repeats_the_id(observed):
    """JSON-RPC posts the same as JSON, and the answer repeats the ID"""
    asked, got = observed.http(SERVERS["json"]).exchanges[0]
    call = {"jsonrpc": "2.0", "id": 1, "method": "greet", "params": [observed.word]}
    assert json.loads(asked.body) == call
    result = f"{observed.answer} greets {observed.word}"
    assert json.loads(got.body) == {"jsonrpc": "2.0", "id": 1, "result": result}


def test_a_manager_sends_pickles_to_who_knows_the_key_and_the_key_stays_at_home(observed):
    talks = observed.conversations(SERVERS["manager"])
    assert not [talk for talk in talks if observed.word3.encode() in talk.sent + talk.received]
    (calls,) = [talk for talk in talks if b"greet" in talk.sent]
    assert calls.received[4:].startswith(b"#CHALLENGE#")
    assert b"\x80\x04\x95" in calls.sent
    assert observed.word.encode() in calls.sent
    assert observed.answer.encode() in calls.received


def test_the_xml_rpc_client_asks_a_second_time_where_no_answer_came(observed):
    """The XML-RPC client asks a second time where no answer came"""
    talks = observed.conversations(SERVERS["xmlrpc"])
    assert [talk.refused for talk in talks] == [False, False, False, True]
    assert f"<int>{observed.number}</int>".encode() in talks[2].sent
    assert talks[2].received == b""
