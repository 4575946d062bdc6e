"""Host mail is what it says: Postfix takes letters in, Dovecot hands them out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from daemons import health_notices_a_standstill, ports, users_of
from testinfra.host import Host

AUTHORITY = "/etc/ssl/socketlab/ca.crt"


@pytest.fixture(scope="module")
def mail(serving: Callable[[str], Host]) -> Host:
    return serving("mail")


def shake_hands(mail: Host, name: str, *options: str) -> str:
    """Return what is told of a TLS handshake with port 993 under a name."""
    command = f"openssl s_client -connect {name}:993 -verify_hostname {name} -verify_return_error"
    told: str = mail.run(f"echo | {command} {' '.join(options)} 2>&1").stdout
    return told


@pytest.mark.parametrize("name", ["postfix", "dovecot-imapd", "dovecot-pop3d"])
def test_the_mail_servers_come_from_the_distributions_packages(mail: Host, name: str) -> None:
    assert mail.package(name).is_installed


@pytest.mark.parametrize(
    ("process", "user"), [("smtpd", "postfix"), ("qmgr", "postfix"), ("anvil", "dovecot")]
)
def test_what_strangers_talk_to_runs_as_a_user_of_its_own(
    mail: Host, process: str, user: str
) -> None:
    mail.check_output("socketlab-health")
    assert users_of(mail, process) == {user}


def test_mail_listens_over_both_ip_versions_and_nothing_else_does(mail: Host) -> None:
    expected = {25, 110, 143, 993}
    assert ports(mail) == {"IPv4": expected, "IPv6": expected}


@pytest.mark.parametrize(
    "name", ["mail", "mail.lab.test", "mail.ipv4.lab.test", "mail.ipv6.lab.test"]
)
def test_the_certificate_is_good_for_each_of_its_names(mail: Host, name: str) -> None:
    assert "Verification: OK" in shake_hands(mail, name, f"-CAfile {AUTHORITY}")


def test_nobody_trusts_the_certificate_who_does_not_know_the_labs_authority(mail: Host) -> None:
    assert "unable to get local issuer certificate" in shake_hands(mail, "mail")


def test_only_root_reads_the_private_key_and_the_passwords(mail: Host) -> None:
    key = mail.file("/etc/ssl/socketlab/mail.key")
    assert (key.user, key.mode) == ("root", 0o600)
    passwords = mail.file("/etc/dovecot/passwords")
    assert (passwords.user, passwords.group, passwords.mode) == ("root", "dovecot", 0o640)


@pytest.mark.parametrize(
    ("recipient", "answer"),
    [
        ("student@lab.test", "250 2.1.5"),
        ("student@mail.lab.test", "250 2.1.5"),
        ("root@lab.test", "550 5.1.1"),
        ("nobody@lab.test", "550 5.1.1"),
        ("somebody@python.org", "554 5.7.1"),
    ],
)
def test_letters_are_taken_for_the_student_only_and_never_sent_on(
    mail: Host, recipient: str, answer: str
) -> None:
    told = mail.check_output(
        'python3 -c \'import smtplib; mail = smtplib.SMTP("mail"); mail.ehlo();'
        f' mail.mail("x@lab.test"); print(*mail.rcpt("{recipient}"))\''
    )
    assert told.replace("b'", "").startswith(answer)


def test_the_health_check_tells_when_postfix_stands_still_and_when_it_goes_on(mail: Host) -> None:
    assert health_notices_a_standstill(mail, "smtpd")


def test_the_health_check_tells_when_dovecot_stands_still_and_when_it_goes_on(mail: Host) -> None:
    assert health_notices_a_standstill(mail, "dovecot")
