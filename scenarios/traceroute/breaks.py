"""Ways to break traceroute, and so to prove that its expectations can fail."""

from lab import Break, cut_off, replace_words

breaks = [
    Break("the first router lets nothing through", cut_off("router")),
    Break("nothing gets through to the far host", cut_off("remote")),
    Break("the client looks for the way to a host next door", replace_words("{remote}", "{dns}")),
    Break("it begins with two hops", replace_words("-q1", "-q1 -f2")),
    Break("each router is asked twice", replace_words("-q1", "-q2")),
    Break("it gives up after two hops", replace_words("-m5", "-m2")),
]
