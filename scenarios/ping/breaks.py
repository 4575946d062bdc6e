"""Ways to break ping, and so to prove that its expectations can fail."""

from lab import Break, cut_off, replace_words

ASKED = "ping -c 3 -i 0.2 -p {number} server"
REPLY = "64 bytes from server.lab.test ({server}): icmp_seq=%d ttl=64 time=0.065 ms\\n"
TOLD = "3 packets transmitted, 3 received, 0%% packet loss, time 409ms\\n"
# It prints what ping would, and sends nothing.
SCRIPT = ["printf", REPLY % 1 + REPLY % 2 + REPLY % 3 + TOLD]

breaks = [
    Break("a script prints what ping would, and asks nobody", replace_words(ASKED, SCRIPT)),
    Break("ping sends the data of another run", replace_words("{number} server", "314159 server")),
    Break("the server is cut off from the network", cut_off("server")),
    Break("the server is asked twice only", replace_words(ASKED, ASKED.replace("3", "2", 1))),
    Break("it is the client that is asked", replace_words("{number} server", "{number} client")),
    Break("nobody is asked once only", replace_words("-W 1", "-W 1 -c 1")),
    Break("nobody is not asked at all", replace_words("-W 1", "-V")),
    Break("somebody is asked instead of nobody", replace_words("-W 1", "-W 1 server")),
    Break("the name in the URL is used", replace_words("http://server/", "server")),
    Break(
        "somebody else is asked instead of the host itself", replace_words("localhost", "server")
    ),
    Break("ping prints nothing", replace_words("ping", "true")),
    Break(
        "a server runs on the client",
        replace_words("ping -{version} -c 1 localhost", "nc -l 7000"),
    ),
]
