"""Ways to break NAT, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

breaks = [
    Break("the router lets nothing through", cut_off("nat")),
    Break("nothing gets through to the client", cut_off("inside")),
    Break("the server keeps the address to itself", edit("server.py", "You come from ", "Hello ")),
    Break("the server calls itself", replace_words("knock.py {inside}", "knock.py {server}")),
    Break(
        "the client asks the router itself, which does not translate then",
        replace_words("client.py server", "client.py nat"),
    ),
]
