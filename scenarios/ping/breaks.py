"""Ways to break ping, and so to prove that its expectations can fail."""

from lab import Break, cut_off, retype

breaks = [
    Break("the server is cut off from the network", cut_off("server")),
    Break("the server is asked twice only", retype("-c 3 -i 0.2 server", "-c 2 -i 0.2 server")),
    Break("it is the client that is asked", retype("0.2 server", "0.2 client")),
    Break("nobody is asked once only", retype("-W 1", "-W 1 -c 1")),
    Break("nobody is not asked at all", retype("-W 1", "-V")),
    Break("somebody is asked instead of nobody", retype("-W 1", "-W 1 server")),
    Break("the name in the URL is used", retype("http://server/", "server")),
    Break("somebody else is asked instead of the host itself", retype("localhost", "server")),
    Break("ping prints nothing", retype("ping", "true")),
    Break(
        "a server runs on the client",
        retype("ping -{version} -c 1 localhost", "nc -l 7000"),
    ),
]
