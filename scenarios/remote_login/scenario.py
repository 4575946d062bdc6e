"""SSH hides the password that Telnet shows"""

import re

import pytest

from lab import Command, Scenario, Tcp, telnet

SSH, TELNET = Tcp(22), Tcp(23)
PASSWORD = "lab-student"
TYPED = "cat note"
PROMPT = "student@login:~$ "
FINGERPRINT = "SHA256:[A-Za-z0-9+/]{43}"
KEYGEN = Command("ssh-keygen", "-l", "-f", "/etc/ssh/ssh_host_ed25519_key.pub")


def steps(lab):
    # The note has a word of this run in it, so nobody can show it who was not on the other host.
    lab.login.run(Command("tee", "/home/student/note", stdin="{answer}\n"))
    # The host itself says how its key is to be known: nobody on the network has a hand in that.
    [(key,), *_] = lab.login.run(KEYGEN).findall(FINGERPRINT) or [("unknown",)]
    # What plink stores, it stores in the folder of this run: so it is always the first time.
    plink = Command("env", "PUTTYDIR=.", "plink", "-ssh", "student@login", TYPED, name="plink")
    log_in(lab, plink, {"i for more info) ": "y", "password: ": PASSWORD})
    # ssh asks at a terminal or not at all, so script(1) gives it one.
    typed = f"ssh -o UserKnownHostsFile=known_hosts student@login {TYPED}"
    ssh = Command("script", "-q", "-e", "-c", typed, "/dev/null", name="ssh")
    log_in(lab, ssh, {"(yes/no/[fingerprint])? ": key, "password: ": PASSWORD})

    by_telnet = lab.client.start(Command("telnet", "login"), interactive=True)
    for number, letter in enumerate("student"):
        # A letter appears when the other host has sent it back.
        by_telnet.wait_for_prompt("login: " + "student"[:number])
        by_telnet.write(letter)
    by_telnet.answer("login: student", "")
    by_telnet.answer("Password: ", PASSWORD)
    by_telnet.answer(PROMPT, TYPED)
    by_telnet.wait_for_line(lab.answer)
    by_telnet.answer(PROMPT, "exit")
    by_telnet.wait()


def log_in(lab, command, answers):
    program = lab.client.start(command, interactive=True)
    for question, answer in answers.items():
        program.answer(question, answer)
    program.wait()


scenario = Scenario(part="E", lectures=[4], hosts=["client", "login"], steps=steps)


@pytest.mark.parametrize("program", ["plink", "ssh", "telnet"])
def test_each_of_the_three_shows_a_line_that_only_the_other_host_has(observed, program):
    assert observed.answer in observed.client[program].stdout


@pytest.mark.parametrize("program", ["plink", "ssh"])
def test_the_key_that_they_are_shown_is_the_one_that_the_host_itself_names(observed, program):
    [named] = observed.login["ssh-keygen"].findall(FINGERPRINT)
    assert set(observed.client[program].findall(FINGERPRINT)) == {named}


def test_ssh_takes_the_fingerprint_for_an_answer_and_then_knows_the_host(observed):
    [(named,)] = observed.login["ssh-keygen"].findall(FINGERPRINT)
    shown = "\n".join(observed.client["ssh"].stdout)
    assert f"(yes/no/[fingerprint])? {named}" in shown
    assert "Permanently added 'login' (ED25519) to the list of known hosts." in shown


def test_an_ssh_conversation_begins_with_both_versions_for_all_to_read(observed):
    with_plink, with_ssh = observed.conversations(SSH)
    assert re.match(rb"SSH-2\.0-PuTTY_Release_[\d.]+\r\n", with_plink.sent)
    for said in (with_ssh.sent, with_plink.received, with_ssh.received):
        assert re.match(rb"SSH-2\.0-OpenSSH_[\w.]+[^\r\n]*\r\n", said)


def test_all_that_is_typed_into_telnet_can_be_read_on_the_wire_the_password_too(observed):
    typed = telnet.text(observed.conversation(TELNET).sent)
    assert typed.decode().split("\n") == ["student", PASSWORD, TYPED, "exit", ""]


def test_a_letter_typed_into_telnet_crosses_alone_and_is_shown_when_it_has_come_back(observed):
    turns = [(each.sender, each.data) for each in observed.conversation(TELNET).messages]
    first = turns.index(("client", b"s"))
    echoed = [(side, letter.encode()) for letter in "student" for side in ("client", "server")]
    assert turns[first : first + len(echoed)] == echoed


def test_the_password_does_not_come_back_but_what_the_command_prints_does(observed):
    shown = telnet.text(observed.conversation(TELNET).received).decode()
    assert f"Password: \r\n{PROMPT}{TYPED}\r\n{observed.answer}\r\n" in shown


def test_nothing_of_it_can_be_read_anywhere_but_in_telnet(observed):
    secrets = (PASSWORD, TYPED, observed.answer)
    readable = [each.server.port for each in observed.conversations() if not each.hides(*secrets)]
    assert readable == [TELNET.port]
    assert len(observed.conversations(SSH)) == 2
