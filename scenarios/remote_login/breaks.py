"""Ways to break remote login, and so to prove that its expectations can fail."""

from lab import Break, cut_off, replace_words
from lab.scenario.breaks import ReplaceWords

SSH = "ssh -o UserKnownHostsFile=known_hosts student@login cat note"


def instead_of(argument, other):
    """Return the change of one argument of a command, whatever words are in it."""
    return ReplaceWords((argument,), (other,))


breaks = [
    Break("plink has another command run", instead_of("cat note", "hostname")),
    Break("ssh has another command run", instead_of(SSH, SSH.replace("cat note", "hostname"))),
    Break(
        "the host names a key that it does not have",
        replace_words("-l -f /etc/ssh/ssh_host_ed25519_key.pub", "-y -f /etc/hostname"),
    ),
    Break(
        "ssh does not ask whose key it is",
        instead_of(SSH, SSH.replace(" -o", " -o StrictHostKeyChecking=no -o")),
    ),
    Break("plink speaks Telnet", replace_words("-ssh", "-telnet")),
    Break(
        "plink is given the password where the host's name belongs",
        replace_words("student@login", "student@lab-student"),
    ),
    Break("netcat knows nothing of Telnet", replace_words("telnet login", "nc login 23")),
    Break("login is cut off from the network", cut_off("login")),
]
