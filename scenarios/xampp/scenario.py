"""PHP makes a page from a table in MariaDB"""

from lab import Command, Program, Scenario, Tcp
from lab.observation import png
from lab.wire import mysql, tls

HTTP = Tcp(80)
HTTPS = Tcp(443)
DATABASE = Tcp(3306)

PAGE = "http://web/lectures.php"
SECURE = "https://web/lectures.php"
TABLE = "http://web/phpmyadmin/index.php?route=/sql&db=course&table=lectures"
REPORT = "http://web/usage/"
LOG = "/var/log/apache2/access.log"
AUTHORITY = "/etc/ssl/socketlab/ca.crt"
OPEN = ("ESTABLISHED", "CLOSE_WAIT")
SLOW = 200  # seconds at most: a browser takes its time on a busy machine

ROWS = [
    ("4", "A local web server"),
    ("5", "XAMPP"),
    ("6", "Client and server"),
    ("7", "Client sockets"),
    ("8", "Server sockets"),
]


def browse(url, picture, *options):
    command = ("browse", url, "--screenshot", picture, *options)
    return Command(*command, keeps=picture, deadline=SLOW)


def steps(lab):
    def all_visits_are_over():
        return not any(
            socket.local.port in (HTTP.port, HTTPS.port) and socket.state in OPEN
            for socket in lab.web.sockets()
        )

    # Apache writes a visit down before it closes the connection; so each run has its own visits.
    lab.wait_until(all_visits_are_over, within=100)
    lab.web.run(Command("truncate", "--size=0", LOG))
    lab.web.run(Command("cp", "lectures.php", "/srv/htdocs/"))
    lab.browser.run(browse(PAGE, "page.png"))
    lab.browser.run(browse(SECURE, "secure.png", "--trust", AUTHORITY))
    words = (TABLE, "student", "lab-student", "phpmyadmin.png")
    lab.browser.run(Program("administer.py", *words, keeps="phpmyadmin.png", deadline=SLOW))
    lab.wait_until(all_visits_are_over, within=100)
    # Apache writes a line when an answer is out, with the time of the request: of two at once the
    # later may come first. Webalizer takes a step back in time for a long pause, and a new visit.
    lab.web.run(Command("sort", "--stable", "--key=4,4", f"--output={LOG}", LOG))
    lab.web.run(Command("webalizer"))
    words = (REPORT, "report.png")
    lab.browser.run(Program("report.py", *words, keeps="report.png", deadline=SLOW))


scenario = Scenario(part="E", lectures=[5], hosts=["browser", "web", "db"], steps=steps)


def shown(observed):
    """What the browser showed of the page, first over HTTP, then over TLS."""
    return [ran.stdout for ran in observed.browser.transcripts if ran.program == "browse"]


def requests(observed):
    """The requests on port 80 before Webalizer ran, each as its head and its body."""
    until = observed.web["webalizer"].started_ns
    found = []
    for talk in observed.conversations(HTTP):
        rest = talk.sent if talk.started_ns < until else b""
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
            length = int(fields.get(b"content-length", 0))
            found.append((head, rest[:length]))
            rest = rest[length:]
    return found


def queries(talk):
    """The SQL that a client of MariaDB's sent."""
    asked = [mysql.query(m.data) for m in talk.messages if m.direction == "client"]
    return [" ".join(text.split()) for text in asked if text]


def asked_of_the_database(observed):
    """The conversations with MariaDB: the page's, the page's over TLS, and phpMyAdmin's."""
    return observed.conversations(DATABASE, at="db")


def test_the_page_shows_the_table_that_the_database_has(observed):
    assert shown(observed)[0] == [
        "Lectures",
        "The course's lectures",
        *("\t".join(row) for row in ROWS),
        "",
        f"PHP 8 read them from db.{observed.family.value}.lab.test via TCP/IP.",
    ]


def test_php_asks_mariadb_for_the_table_in_sql_that_anyone_on_the_way_can_read(observed):
    talk = asked_of_the_database(observed)[0]
    assert "MariaDB" in mysql.version(talk.messages[0].data)
    assert queries(talk) == ["SELECT number, title FROM lectures ORDER BY number"]
    for row in ROWS:
        for cell in row:
            assert bytes([len(cell)]) + cell.encode() in talk.received


def test_php_says_goodbye_to_mariadb_when_the_page_is_done(observed):
    for talk in asked_of_the_database(observed):
        assert mysql.is_goodbye(talk.messages[-1].data)
        assert talk.closed


def test_php_proves_to_mariadb_that_it_knows_the_password_without_saying_it(observed):
    for talk in asked_of_the_database(observed):
        assert b"student\0" in talk.sent
        assert b"lab-student" not in talk.sent


def test_the_browser_never_talks_to_the_database(observed):
    own = observed.web.addresses[observed.family]
    assert {talk.client.ip for talk in asked_of_the_database(observed)} == {own}
    assert observed.conversations(DATABASE, at="browser") == ()


def test_the_browser_gets_html_and_nothing_of_the_program_that_made_it(observed):
    talk = next(talk for talk in observed.conversations(HTTP) if talk.sent)
    assert talk.sent.startswith(b"GET /lectures.php HTTP/1.1\r\n")
    assert talk.received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"<tr><td>5</td><td>XAMPP</td></tr>" in talk.received
    for word in (b"<?php", b"SELECT", b"mysqli"):
        assert word not in talk.received


def test_over_tls_the_browser_shows_the_same_page(observed):
    over_http, over_tls = shown(observed)
    assert over_tls == over_http != []


def test_over_tls_only_the_name_of_the_host_can_be_read_on_the_way(observed):
    talks = [talk for talk in observed.conversations(HTTPS) if talk.sent]
    assert talks
    for talk in talks:
        assert tls.client_hello(talk.sent).server_name == "web"
        for word in (b"lectures", b"XAMPP", b"HTTP/1.1"):
            assert word not in talk.sent + talk.received


def test_behind_tls_php_asks_the_database_in_the_clear(observed):
    over_http, over_tls = asked_of_the_database(observed)[:2]
    assert queries(over_tls) == queries(over_http) != []


def test_phpmyadmin_lets_the_account_in_and_shows_the_same_table(observed):
    before, after, *cells = observed.browser["administer.py"].stdout
    assert before == "phpMyAdmin"
    where = f"web / db.{observed.family.value}.lab.test / course / lectures"
    assert after.startswith(f"{where} | phpMyAdmin")
    assert cells == [cell for row in ROWS for cell in row]


def test_phpmyadmin_asks_mariadb_for_the_table_itself(observed):
    asked = [text for talk in asked_of_the_database(observed)[2:] for text in queries(talk)]
    assert any(text.startswith("SELECT * FROM `lectures`") for text in asked)


def test_over_plain_http_the_password_for_phpmyadmin_can_be_read_on_the_way(observed):
    (form,) = [body for _, body in requests(observed) if b"pma_username" in body]
    assert b"pma_username=student&pma_password=lab-student" in form


def test_webalizer_counts_as_many_hits_as_there_were_requests_on_the_wire(observed):
    asked = requests(observed)
    assert any(head.startswith(b"GET /lectures.php ") for head, _ in asked)
    assert observed.web["webalizer"].exit_status == 0
    (told,) = [line for line in observed.web["webalizer"].stdout if " records in " in line]
    assert told.startswith(f"{len(asked)} records ")


def test_the_report_is_a_page_that_says_so(observed):
    title, totals = observed.browser["report.py"].stdout
    assert title == "Usage Statistics for web - Summary by Month"
    assert totals.startswith(f"{len(requests(observed))} hits, ")
    assert ", 1 visits, " in totals


def test_web_and_db_see_the_same_conversations_over_the_ip_version_of_the_run(observed):
    ours, theirs = (observed.conversations(DATABASE, at=host) for host in ("web", "db"))
    assert [(c.sent, c.received) for c in ours] == [(c.sent, c.received) for c in theirs] != []
    for service, client, server in ((HTTP, "browser", "web"), (DATABASE, "web", "db")):
        ends = {(c.client.ip, c.server.ip) for c in observed.conversations(service)}
        hosts = (observed.host(client), observed.host(server))
        assert ends == {tuple(host.addresses[observed.family] for host in hosts)}


def test_there_is_a_picture_of_each_page(observed):
    for ran, name in zip(
        observed.browser.transcripts,
        ["page.png", "secure.png", "phpmyadmin.png", "report.png"],
        strict=True,
    ):
        assert not png.read(ran.files[name]).is_blank
