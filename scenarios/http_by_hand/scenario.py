"""A person types an HTTP request into telnet"""

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(80)


def typed(run):
    return [f"GET /{run.word} HTTP/1.0\r\n", "Host: server\r\n", "\r\n"]


def page(run):
    return f"<h1>{run.answer} heard GET /{run.word} HTTP/1.0</h1>"


def steps(lab):
    server = lab.server.start(Program("server.py", "{answer}", listens_on=WEB))
    telnet = lab.client.start(Command("telnet", "server", "80"), interactive=True)
    telnet.wait_for_line("Escape character", within=10)
    for line in typed(lab):
        telnet.write(line.replace("\r\n", "\n"))
        # A slow typist: the next line only when the server has this one.
        server.wait_for_line(repr(line), within=10)
    lab.client.finish(telnet, within=10)
    lab.server.finish(server, within=10)


scenario = Scenario(part="D", lectures=[4, 6], hosts=["client", "server"], steps=steps)


def test_the_server_gets_what_was_typed_line_by_line_each_ended_by_cr_lf(observed):
    lines = [line.encode() for line in typed(observed)]
    sent = observed.conversation(WEB).data_segments("client")
    assert [each.payload for each in sent] == lines
    assert observed.server.stdout == [*map(repr, lines)]


def test_the_server_says_nothing_before_the_empty_line(observed):
    conversation = observed.conversation(WEB)
    assert conversation.turns == ["client", "server"]
    assert conversation.messages[0].data.endswith(b"\r\n\r\n")


def test_the_answer_is_a_status_line_headers_an_empty_line_and_the_page(observed):
    (response,) = observed.http(WEB).responses
    assert response.start_line == "HTTP/1.0 200 OK"
    assert response.headers["Content-Length"] == str(len(response.body))
    assert response.body.decode() == f"{page(observed)}\n"


def test_telnet_shows_the_answer_as_the_text_that_it_is_until_the_server_closes(observed):
    answer = observed.conversation(WEB).received.decode().splitlines()
    assert observed.client["telnet"].stdout[3:] == answer
    assert answer[-1] == page(observed)
    assert observed.conversation(WEB).closed_first == "server"
    assert observed.client.stderr == ["Connection closed by foreign host."]
