"""A person types an HTTP request into telnet"""

from lab import Command, Program, Scenario, Tcp

WEB = Tcp(80)
TYPED = ["GET / HTTP/1.0", "Host: server", ""]


def steps(lab):
    within = 2 * lab.deadline_scale
    server = lab.server.start(Program("server.py", listens_on=WEB))
    telnet = lab.client.start(Command("telnet", "server", "80"), interactive=True)
    telnet.wait_for_line("Escape character", within)
    for line in TYPED:
        telnet.write(f"{line}\n")
        # A slow typist: the next line only when the server has this one.
        server.wait_for_line(repr(f"{line}\r\n"), within)
    lab.client.finish(telnet, within)
    lab.server.finish(server, within)


scenario = Scenario(part="D", lectures=[4, 6], hosts=["client", "server"], steps=steps)


def on_screen(observed):
    """Return what telnet showed once it was connected."""
    shown = observed.client["telnet"].stdout
    return shown[shown.index("Escape character is '^]'.") + 1 :]


def test_the_wire_carries_what_was_typed_each_line_ended_by_cr_lf(observed):
    typed = "".join(f"{line}\r\n" for line in TYPED)
    assert observed.conversation(WEB).sent == typed.encode()


def test_the_server_gets_the_request_line_by_line(observed):
    assert observed.server.stdout == [repr(f"{line}\r\n".encode()) for line in TYPED]


def test_the_server_says_nothing_before_the_empty_line(observed):
    said = [event for event in observed.conversation(WEB).events if event.length]
    assert [event.sender for event in said[:4]] == ["client", "client", "client", "server"]


def test_the_answer_is_a_status_line_headers_an_empty_line_and_the_page(observed):
    head, _, page = observed.conversation(WEB).received.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    assert status == b"HTTP/1.0 200 OK"
    assert b"Content-Length: %d" % len(page) in headers
    assert page == b"<h1>Hello by hand!</h1>\n"


def test_telnet_shows_the_answer_as_the_text_that_it_is(observed):
    assert on_screen(observed) == observed.conversation(WEB).received.decode().splitlines()
    assert "<h1>Hello by hand!</h1>" in on_screen(observed)


def test_the_server_ends_its_answer_by_closing_and_telnet_says_so(observed):
    assert observed.conversation(WEB).closed_first == "server"
    assert observed.client.stderr == ["Connection closed by foreign host."]
