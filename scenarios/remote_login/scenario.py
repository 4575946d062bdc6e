"""SSH hides the password that Telnet shows"""

import re

from lab import Command, Scenario, Tcp

SSH = Tcp(22)
TELNET = Tcp(23)
PASSWORD = "lab-student"
TYPED = "cat note"
PROMPT = "student@login:~$ "
NOTE = "This line was read on host login."
KEY = "/etc/ssh/ssh_host_ed25519_key.pub"


def steps(lab):
    # The host itself says how its key is to be known: nobody on the network has a hand in that.
    said = lab.login.run(Command("ssh-keygen", "-l", "-f", KEY)).stdout
    known = fingerprints(said)[0] if fingerprints(said) else "unknown"
    plink(lab)
    ssh(lab, known)
    telnet(lab)


def plink(lab):
    # What plink stores, it stores in the folder of this run: so it is always the first time.
    command = Command("env", "PUTTYDIR=.", "plink", "-ssh", "student@login", TYPED)
    program = lab.client.start(command, interactive=True)
    answer(lab, program, "i for more info) ", "y")
    answer(lab, program, "password: ", PASSWORD)
    lab.client.finish(program, 5 * lab.deadline_scale)


def ssh(lab, known):
    # ssh asks at a terminal or not at all, so script(1) gives it one.
    typed = f"ssh -o UserKnownHostsFile=known_hosts student@login {TYPED}"
    program = lab.client.start(
        Command("script", "-q", "-e", "-c", typed, "/dev/null"), interactive=True
    )
    answer(lab, program, "(yes/no/[fingerprint])? ", known)
    answer(lab, program, "password: ", PASSWORD)
    lab.client.finish(program, 5 * lab.deadline_scale)


def telnet(lab):
    program = lab.client.start(Command("telnet", "login"), interactive=True)
    screen = "login: "
    program.wait_for_prompt(screen, 5 * lab.deadline_scale)
    for letter in "student":
        # A letter appears when the other host has sent it back.
        screen += letter
        answer(lab, program, screen[:-1], letter, enter="")
    answer(lab, program, screen, "")
    answer(lab, program, "Password: ", PASSWORD)
    answer(lab, program, PROMPT, TYPED)
    program.wait_for_line(NOTE, 5 * lab.deadline_scale)
    answer(lab, program, PROMPT, "exit")
    lab.client.finish(program, 5 * lab.deadline_scale)


def answer(lab, program, prompt, words, enter="\n"):
    program.wait_for_prompt(prompt, 5 * lab.deadline_scale)
    program.write(words + enter)


scenario = Scenario(part="E", lectures=[4], hosts=["client", "login"], steps=steps)


def fingerprints(lines):
    """Return the fingerprints of keys that are named in some lines."""
    return re.findall(r"SHA256:[A-Za-z0-9+/]{43}", "\n".join(lines))


def text_of(stream):
    """Return what a Telnet stream carries besides its commands (RFC 854, RFC 855)."""
    return re.sub(rb"\xff(\xfa([^\xff]|\xff\xff)*\xff\xf0|[\xfb-\xfe].|[\xf0-\xf9])", b"", stream)


def own_word(observed):
    """Return the fingerprint of host login's key, as that host says it is."""
    (fingerprint,) = fingerprints(observed.login["ssh-keygen"].stdout)
    return fingerprint


def test_each_of_the_three_shows_a_line_that_only_the_other_host_has(observed):
    for program in ("env", "script", "telnet"):
        assert NOTE in observed.client[program].stdout, program


def test_the_key_that_plink_and_ssh_are_shown_is_the_one_that_the_host_itself_names(observed):
    assert set(fingerprints(observed.client["env"].stderr)) == {own_word(observed)}
    assert set(fingerprints(observed.client["script"].stdout)) == {own_word(observed)}


def test_ssh_takes_the_fingerprint_for_an_answer_and_then_knows_the_host(observed):
    shown = "\n".join(observed.client["script"].stdout)
    assert f"(yes/no/[fingerprint])? {own_word(observed)}" in shown
    assert "Permanently added 'login' (ED25519) to the list of known hosts." in shown


def test_an_ssh_conversation_begins_with_both_versions_for_all_to_read(observed):
    with_plink, with_ssh = observed.conversations(SSH)
    assert re.match(rb"SSH-2\.0-PuTTY_Release_[\d.]+\r\n", with_plink.sent)
    assert re.match(rb"SSH-2\.0-OpenSSH_[\w.]+[^\r\n]*\r\n", with_ssh.sent)
    for conversation in (with_plink, with_ssh):
        assert re.match(rb"SSH-2\.0-OpenSSH_[\w.]+[^\r\n]*\r\n", conversation.received)


def test_all_that_is_typed_into_telnet_can_be_read_on_the_wire_the_password_too(observed):
    typed = text_of(observed.conversation(TELNET).sent)
    assert typed.decode().split("\n") == ["student", PASSWORD, TYPED, "exit", ""]


def test_a_letter_typed_into_telnet_crosses_alone_and_is_shown_when_it_has_come_back(observed):
    messages = observed.conversation(TELNET).messages
    turns = [(message.direction, message.data) for message in messages]
    letters = [(side, letter) for letter in b"student" for side in ("client", "server")]
    wanted = [(side, bytes([letter])) for side, letter in letters]
    assert wanted in [turns[start : start + len(wanted)] for start in range(len(turns))]


def test_the_password_does_not_come_back_but_what_the_command_prints_does(observed):
    shown = text_of(observed.conversation(TELNET).received).decode()
    assert NOTE in shown
    assert f"Password: \r\n{PROMPT}{TYPED}\r\n{NOTE}\r\n" in shown


def test_nothing_of_it_can_be_read_anywhere_but_in_telnet(observed):
    telnet = observed.conversation(TELNET)
    assert len(observed.conversations(SSH)) == 2
    for conversation in observed.conversations():
        for secret in (PASSWORD, TYPED, NOTE) if conversation != telnet else ():
            assert secret.encode() not in conversation.sent + conversation.received
