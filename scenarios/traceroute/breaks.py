"""Ways to break traceroute, and so to prove that its expectations can fail."""

from lab import Break, cut_off, retype

breaks = [
    Break("the first router lets nothing through", cut_off("router")),
    Break("nothing gets through to the far host", cut_off("remote")),
    Break("the client looks for the way to a host next door", retype("{remote}", "{dns}")),
    Break("it begins with two hops", retype("-q1", "-q1 -f2")),
    Break("each router is asked twice", retype("-q1", "-q2")),
    Break("it gives up after two hops", retype("-m5", "-m2")),
]
