"""Ways to break ping, and so to prove that its expectations can fail."""

from lab import Break, cut_off, replace_words

breaks = [
    Break("the server is cut off from the network", cut_off("server")),
    Break(
        "the server is asked twice only", replace_words("-c 3 -i 0.2 server", "-c 2 -i 0.2 server")
    ),
    Break("it is the client that is asked", replace_words("0.2 server", "0.2 client")),
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
