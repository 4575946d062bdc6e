"""One call of Python's library is much on the wire"""

from lab import Program, Scenario, Tcp, ftp, mail, tls

WEB, SECURE, FTP, SMTP, POP3, IMAP = (Tcp(port) for port in (8080, 8443, 21, 25, 110, 143))
CERTIFICATE = ("/etc/ssl/socketlab/server.crt", "/etc/ssl/socketlab/server.key")

scenario = Scenario(
    part="G",
    hosts=["client", "server", "files", "mail"],
    deadline=30,
    server=[
        Program("web.py", 8080, "{answer}", listens_on=WEB, serves=True),
        Program("web.py", 8443, "{answer}", *CERTIFICATE, listens_on=SECURE, serves=True, name="s"),
    ],
    client=[
        Program("by_urllib.py", "server", "{word}", waits=0.3),
        Program("by_http_client.py", "server", "{word}"),
        Program("by_ftplib.py", "files", "{word}"),
        Program("by_mail.py", "mail", "{word}"),
    ],
)


def asked(observed, program):
    """Return what was asked on each connection of a program, and what was answered."""
    talks = [talk.http for talk in observed.conversations(WEB, during=observed.client[program])]
    requests = [[(each.method, each.path) for each in talk.requests] for talk in talks]
    return requests, [answer.status for talk in talks for answer in talk.responses]


def test_one_call_of_urllib_follows_a_redirect_on_a_second_connection(observed):
    old, new = f"/old/{observed.word}", f"/{observed.answer}/{observed.word}"
    requests, statuses = asked(observed, "by_urllib.py")
    assert (requests[:2], statuses[:2]) == ([[("GET", old)], [("GET", new)]], [301, 200])
    page = f"b'{observed.answer} heard {observed.word}'"
    assert observed.client.stdout[0] == f"GET 200 http://server:8080{new} {page}"


def test_http_client_follows_nothing_and_keeps_its_connection(observed):
    requests = [("GET", f"/{place}/{observed.word}") for place in ("old", observed.answer)]
    assert asked(observed, "by_http_client.py") == ([requests], [301, 200])
    said = ["301 b'It has moved.'", f"200 b'{observed.answer} heard {observed.word}'"]
    assert observed.client["by_http_client.py"].stdout == said


def test_a_head_request_is_answered_with_the_same_headers_and_no_body(observed):
    _, get, head = observed.http(WEB).responses[:3]
    assert (get.status, len(get.body), head.status, head.body) == (200, 19, 200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == "19"
    assert observed.client["by_urllib.py"].stdout[1].endswith(f"/{observed.word} b''")


def test_a_page_that_is_not_there_or_not_in_time_is_an_exception_of_the_client(observed):
    *_, slow = observed.conversations(WEB, during=observed.client["by_urllib.py"])
    assert asked(observed, "by_urllib.py")[1][3:] == [404]
    assert slow.sent.startswith(f"GET /slow/{observed.word} ".encode())
    assert (slow.received, slow.closed_first) == (b"", "client")
    errors = ["GET HTTPError: HTTP Error 404: Not Found", "GET TimeoutError: timed out"]
    assert observed.client["by_urllib.py"].stdout[2:4] == errors


def test_a_certificate_that_is_not_trusted_ends_the_call_before_anything_is_asked(observed):
    talk = observed.conversation(SECURE)
    assert [alert.description for alert in tls.alerts(talk.sent)] == ["unknown CA"]
    assert talk.hides("GET", observed.word)
    assert "CERTIFICATE_VERIFY_FAILED" in observed.client["by_urllib.py"].stdout[4]


def test_one_call_of_ftplib_is_three_commands_and_a_connection_of_its_own(observed):
    control = observed.conversation(FTP)
    said = [line.split()[0] for line in control.sent.decode().splitlines()]
    passive = "EPSV" if observed.family.version == 6 else "PASV"
    file = [["TYPE", passive, command] for command in ("STOR", "RETR")]
    assert said == ["USER", "PASS", *file[0], *file[1], "QUIT"]
    ports = {*ftp.data_ports(control)}  # the server may name one twice
    up, down = observed.conversations(*map(Tcp, ports))
    assert (up.sent, down.received) == (observed.word.encode(), observed.word.encode())
    printed = ["226 Transfer complete.", str(observed.word.encode())]
    assert observed.client["by_ftplib.py"].stdout == printed


def test_one_call_of_smtplib_is_the_greeting_the_envelope_and_the_letter(observed):
    talk = observed.conversation(SMTP)
    assert mail.smtp_dialogue(talk) == "220 EHLO 250 MAIL 250 RCPT 250 DATA 354 ... 250 QUIT 221"
    assert mail.letter_by_smtp(talk)["Subject"] == observed.word


def test_each_call_of_imaplib_and_poplib_is_one_command_and_its_answer(observed):
    imap, pop = observed.conversation(IMAP), observed.conversation(POP3)
    tags, names = zip(*(line.split()[:2] for line in imap.sent.decode().splitlines()), strict=True)
    assert len({*tags}) == len(tags)
    opened, closed = ("CAPABILITY", "LOGIN", "SELECT", "SEARCH"), ("FETCH", "LOGOUT")
    assert (names[:4], names[-2:]) == (opened, closed)
    commands = [line.split()[0] for line in pop.sent.decode().splitlines()]
    assert commands == ["USER", "PASS", "RETR", "DELE", "QUIT"]
    subject = f"Subject: {observed.word}".encode()
    assert subject + b"\r\n" in pop.received.splitlines(keepends=True)
    printed = ["refused: {}", str(subject + b"\r\n\r\n"), str([subject])]
    assert observed.client["by_mail.py"].stdout[:3] == printed
