"""PHP makes a page from a table in MariaDB"""

import pytest

from lab import Command, Program, Scenario, Tcp, mysql, tls

HTTP, HTTPS, DATABASE = Tcp(80), Tcp(443), Tcp(3306)
TRUST = ("--trust", "/etc/ssl/socketlab/ca.crt")
PAGE, USAGE = "web/lectures.php?reader=", "http://web/usage/"
TABLE = "http://web/phpmyadmin/index.php?route=/sql&db=course&table=lectures"
LOG = "/var/log/apache2/access.log"
TITLES = ["A local web server", "XAMPP", "Client and server", "Client sockets", "Server sockets"]
ROWS = [f"{number}\t{title}" for number, title in enumerate(TITLES, start=4)]
CELLS = "\t".join(ROWS).split("\t")


def steps(lab):
    def all_visits_are_over():
        states = {socket.state for socket in lab.web.sockets(HTTP, HTTPS)}
        return states.isdisjoint({"ESTABLISHED", "CLOSE_WAIT"})

    lab.web.run(Command("cp", "lectures.php", "/srv/htdocs/"))
    lab.web.run(Command("sed", "-i", "s/The course/{answer}/", "/srv/htdocs/lectures.php"))
    for name, url in (("page", f"http://{PAGE}{{word}}"), ("secure", f"https://{PAGE}{{word2}}")):
        words = ("browse", url, "--screenshot", f"{name}.png", *TRUST)
        lab.browser.run(Command(*words, keeps=f"{name}.png"), name=name)
    administer = ("administer.py", TABLE, "student", "lab-student", "phpmyadmin.png")
    lab.browser.run(Program(*administer, keeps="phpmyadmin.png", traced=False))
    lab.wait_until(all_visits_are_over, within=100)  # then Apache has logged them
    # Apache logs in the order of answers. Webalizer takes a step back in time for a new visit.
    lab.web.run(Command("sort", "--stable", "--key=4,4", f"--output={LOG}", LOG))
    lab.web.run(Command("webalizer"))
    lab.browser.run(Program("report.py", USAGE, "report.png", keeps="report.png", traced=False))


HOSTS = ("browser", "web", "db")
FILES = {"web": "lectures.php"}
scenario = Scenario(part="E", lectures=[5], hosts=HOSTS, steps=steps, deadline=200, files=FILES)


@pytest.mark.parametrize("page", ["page", "secure"])
def test_the_page_shows_the_table_for_which_php_asks_in_sql_that_anyone_can_read(observed, page):
    reader = observed.word if page == "page" else observed.word2
    source = f"PHP 8 read them for {reader} from db.{observed.family}.lab.test via TCP/IP."
    heading = f"{observed.answer}'s lectures"
    assert observed.browser[page].stdout == ["Lectures", heading, *ROWS, "", source]
    assert not observed.browser[page].picture(f"{page}.png").is_blank
    talk = observed.conversation(DATABASE, during=observed.browser[page])
    assert "MariaDB" in mysql.version(talk.greeting)
    (query,) = mysql.queries(talk)
    assert query.text == "SELECT number, title FROM lectures ORDER BY number"
    assert all(bytes([len(cell)]) + cell.encode() in talk.received for cell in CELLS)


def test_php_proves_that_it_knows_the_password_without_saying_it_and_says_goodbye(observed):
    for talk in observed.conversations(DATABASE):
        assert b"student\0" in talk.sent
        assert talk.hides("lab-student")
        assert mysql.is_goodbye(talk.messages[-1].data)
        assert talk.closed


def test_the_browser_gets_html_without_the_program_and_over_tls_none_can_be_read(observed):
    request, response = observed.http(HTTP).exchanges[0]
    assert (request.path, response.status) == (f"/lectures.php?reader={observed.word}", 200)
    assert b"<tr><td>5</td><td>XAMPP</td></tr>" in response.body
    assert not any(word in response.body for word in (b"<?php", b"SELECT", b"mysqli"))
    talks = [talk for talk in observed.conversations(HTTPS) if talk.sent]
    assert {tls.client_hello(talk.sent).server_name for talk in talks} == {"web"}
    assert all(talk.hides("lectures", "XAMPP", observed.word2) for talk in talks)


def test_phpmyadmin_asks_mariadb_and_shows_the_same_table_for_a_password_in_the_clear(observed):
    administer = observed.browser["administer.py"]
    before, after, *cells = administer.stdout
    assert (before, cells) == ("phpMyAdmin", CELLS)
    assert after.startswith(f"web / db.{observed.family}.lab.test / course / lectures | phpMyAdmin")
    assert not administer.picture("phpmyadmin.png").is_blank
    asked = mysql.queries(*observed.conversations(DATABASE, during=administer))
    assert any(query.text.startswith("SELECT * FROM `lectures`") for query in asked)
    (form,) = [each.body for each in observed.http(HTTP).requests if b"pma_username" in each.body]
    assert b"pma_username=student&pma_password=lab-student" in form


def test_webalizer_reports_as_many_hits_as_there_were_requests_on_the_wire(observed):
    log, report = observed.web["webalizer"], observed.browser["report.py"]
    asked = [each.path for each in observed.http(HTTP).requests if each.time_ns < log.started_ns]
    assert f"/lectures.php?reader={observed.word}" in asked
    assert log.findall(r"^(\d+) records in") == [(str(len(asked)),)]
    assert report.stdout[0] == "Usage Statistics for web - Summary by Month"
    assert report.findall(r"^(\d+) hits, .*, (\d+) visits, ") == [(str(len(asked)), "1")]
    assert not report.picture("report.png").is_blank


def test_the_browser_talks_to_web_alone_and_web_to_db_over_the_ip_version_of_the_run(observed):
    ours, theirs = (observed.conversations(DATABASE, at=host) for host in ("web", "db"))
    assert [(c.sent, c.received) for c in ours] == [(c.sent, c.received) for c in theirs] != []
    ends = {(talk.client.ip, talk.server.ip) for talk in observed.conversations(HTTP, DATABASE)}
    browser, web, db = (observed.host(name).address for name in HOSTS)
    assert ends == {(browser, web), (web, db)}
