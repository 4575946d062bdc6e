"""Ways to break remote login, and so to prove that its expectations can fail."""

from lab import Break, cut_off, replace_words

SSH = "ssh -o UserKnownHostsFile=known_hosts student@login cat note"
PLINK = ["env", "PUTTYDIR=.", "plink", "-ssh", "student@login", "cat note"]
# It asks what plink asks, takes the answers, and shows the note of another run.
SCRIPT = 'printf "i for more info) "; read yes; printf "password: "; read password; echo marble'

breaks = [
    Break("plink has another command run", replace_words(["cat note"], "hostname")),
    Break(
        "ssh has another command run", replace_words([SSH], [SSH.replace("cat note", "hostname")])
    ),
    Break(
        "the host names a key that it does not have",
        replace_words("-l -f /etc/ssh/ssh_host_ed25519_key.pub", "-y -f /etc/hostname"),
    ),
    Break(
        "ssh does not ask whose key it is",
        replace_words([SSH], [SSH.replace(" -o", " -o StrictHostKeyChecking=no -o")]),
    ),
    Break("plink speaks Telnet", replace_words("-ssh", "-telnet")),
    Break(
        "plink is given the password where the host's name belongs",
        replace_words("student@login", "student@lab-student"),
    ),
    Break("netcat knows nothing of Telnet", replace_words("telnet login", "nc login 23")),
    Break("a script plays plink and calls nobody", replace_words(PLINK, ["sh", "-c", SCRIPT])),
    Break("login is cut off from the network", cut_off("login")),
]
