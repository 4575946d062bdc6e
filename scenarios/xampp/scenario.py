"""PHP makes a page from a table in MariaDB"""

import pytest

from lab import Command, Program, Scenario, Tcp, mysql, tls

HTTP, HTTPS, DATABASE = Tcp(80), Tcp(443), Tcp(3306)
TRUST = ("--trust", "/etc/ssl/socketlab/ca.crt")
TABLE = "http://web/phpmyadmin/index.php?route=/sql&db=course&table=lectures"
LOG = "/var/log/apache2/access.log"
ROWS = [
    "4\tA local web server",
    "5\tXAMPP",
    "6\tClient and server",
    "7\tClient sockets",
    "8\tServer sockets",
]
CELLS = "\t".join(ROWS).split("\t")


def steps(lab):
    def all_visits_are_over():
        states = {socket.state for socket in lab.web.sockets(HTTP, HTTPS)}
        return states.isdisjoint({"ESTABLISHED", "CLOSE_WAIT"})

    # Apache writes a visit down before it closes the connection; so each run has its own visits.
    lab.wait_until(all_visits_are_over, within=100)
    lab.web.run(Command("truncate", "--size=0", LOG))
    lab.web.run(Command("cp", "lectures.php", "/srv/htdocs/"))
    page = ("browse", "http://web/lectures.php", "--screenshot", "page.png")
    lab.browser.run(Command(*page, keeps="page.png"), name="page")
    secure = ("browse", "https://web/lectures.php", "--screenshot", "secure.png", *TRUST)
    lab.browser.run(Command(*secure, keeps="secure.png"), name="secure")
    administer = ("administer.py", TABLE, "student", "lab-student", "phpmyadmin.png")
    lab.browser.run(Program(*administer, keeps="phpmyadmin.png"), name="phpmyadmin")
    lab.wait_until(all_visits_are_over, within=100)
    # Apache writes a line when an answer is out, with the time of the request: of two at once the
    # later may come first. Webalizer takes a step back in time for a long pause, and a new visit.
    lab.web.run(Command("sort", "--stable", "--key=4,4", f"--output={LOG}", LOG))
    lab.web.run(Command("webalizer"))
    report = ("report.py", "http://web/usage/", "report.png")
    lab.browser.run(Program(*report, keeps="report.png"), name="report")


HOSTS = ("browser", "web", "db")
scenario = Scenario(part="E", lectures=[5], hosts=HOSTS, steps=steps, deadline=200)


def counted(observed):
    """Return the requests over HTTP that Webalizer could count."""
    until = observed.web["webalizer"].started_ns
    return [request for request in observed.http(HTTP).requests if request.time_ns < until]


def asked_for(observed, name):
    """Return the conversation with the database for one page."""
    return observed.conversation(DATABASE, during=observed.browser[name])


def test_the_page_shows_the_table_that_the_database_has(observed):
    source = f"PHP 8 read them from db.{observed.family}.lab.test via TCP/IP."
    shown = ["Lectures", "The course's lectures", *ROWS, "", source]
    assert observed.browser["page"].stdout == shown


def test_php_asks_mariadb_for_the_table_in_sql_that_anyone_on_the_way_can_read(observed):
    talk = asked_for(observed, "page")
    assert "MariaDB" in mysql.version(talk.greeting)
    asked = [query.text for query in mysql.queries(talk)]
    assert asked == ["SELECT number, title FROM lectures ORDER BY number"]
    for cell in CELLS:
        assert bytes([len(cell)]) + cell.encode() in talk.received


def test_php_proves_that_it_knows_the_password_without_saying_it_and_says_goodbye(observed):
    for talk in observed.conversations(DATABASE):
        assert b"student\0" in talk.sent
        assert b"lab-student" not in talk.sent
        assert mysql.is_goodbye(talk.messages[-1].data)
        assert talk.closed


def test_the_browser_never_talks_to_the_database(observed):
    assert {talk.client.ip for talk in observed.conversations(DATABASE)} == {observed.web.address}
    assert observed.conversations(DATABASE, at="browser") == ()


def test_the_browser_gets_html_and_nothing_of_the_program_that_made_it(observed):
    request, response = observed.http(HTTP).exchanges[0]
    assert request.start_line == "GET /lectures.php HTTP/1.1"
    assert response.start_line == "HTTP/1.1 200 OK"
    assert b"<tr><td>5</td><td>XAMPP</td></tr>" in response.body
    for word in (b"<?php", b"SELECT", b"mysqli"):
        assert word not in response.body


def test_over_tls_the_browser_shows_the_same_page(observed):
    assert observed.browser["secure"].stdout == observed.browser["page"].stdout != []


def test_over_tls_only_the_name_of_the_host_can_be_read_on_the_way(observed):
    talks = [talk for talk in observed.conversations(HTTPS) if talk.sent]
    assert {tls.client_hello(talk.sent).server_name for talk in talks} == {"web"}
    assert all(talk.hides("lectures", "XAMPP", "HTTP/1.1") for talk in talks)


def test_behind_tls_php_asks_the_database_in_the_clear(observed):
    over_http, over_tls = (
        [query.text for query in mysql.queries(asked_for(observed, name))]
        for name in ("page", "secure")
    )
    assert over_tls == over_http != []


def test_phpmyadmin_lets_the_account_in_and_shows_the_same_table(observed):
    before, after, *cells = observed.browser["phpmyadmin"].stdout
    assert before == "phpMyAdmin"
    where = f"web / db.{observed.family}.lab.test / course / lectures"
    assert after.startswith(f"{where} | phpMyAdmin")
    assert cells == CELLS


def test_phpmyadmin_asks_mariadb_for_the_table_itself(observed):
    talks = observed.conversations(DATABASE, during=observed.browser["phpmyadmin"])
    asked = [query.text for query in mysql.queries(*talks)]
    assert any(text.startswith("SELECT * FROM `lectures`") for text in asked)


def test_over_plain_http_the_password_for_phpmyadmin_can_be_read_on_the_way(observed):
    (form,) = [request.body for request in counted(observed) if b"pma_username" in request.body]
    assert b"pma_username=student&pma_password=lab-student" in form


def test_webalizer_counts_as_many_hits_as_there_were_requests_on_the_wire(observed):
    requests = counted(observed)
    assert any(request.path == "/lectures.php" for request in requests)
    assert observed.web["webalizer"].exit_status == 0
    assert observed.web["webalizer"].findall(r"^(\d+) records in") == [(str(len(requests)),)]


def test_the_report_is_a_page_that_says_so(observed):
    title, totals = observed.browser["report"].stdout
    assert title == "Usage Statistics for web - Summary by Month"
    assert totals.startswith(f"{len(counted(observed))} hits, ")
    assert ", 1 visits, " in totals


def test_web_and_db_see_the_same_conversations_over_the_ip_version_of_the_run(observed):
    ours, theirs = (observed.conversations(DATABASE, at=host) for host in ("web", "db"))
    assert [(c.sent, c.received) for c in ours] == [(c.sent, c.received) for c in theirs] != []
    talks = observed.conversations(HTTP, DATABASE)
    browser, web, db = (observed.host(name).address for name in HOSTS)
    ends = {(talk.client.ip, talk.server.ip, talk.server.port) for talk in talks}
    assert ends == {(browser, web, HTTP.port), (web, db, DATABASE.port)}


@pytest.mark.parametrize("page", ["page", "secure", "phpmyadmin", "report"])
def test_there_is_a_picture_of_each_page(observed, page):
    assert not observed.browser[page].picture(f"{page}.png").is_blank
