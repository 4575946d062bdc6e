"""Ways to break traceroute, and so to prove that its expectations can fail."""

from lab import Break, cut_off, replace_words

# It prints a way like that of traceroute, and sends nothing.
SCRIPT = ["printf", " 1  {router}  0.1 ms\\n 2  {router2}  0.1 ms\\n 3  {remote}  0.1 ms\\n"]
LOOKED = "traceroute -{version} -n -q1 -N1 -w1 -m5 {remote}"

breaks = [
    Break("a script prints the way, and looks for nothing", replace_words(LOOKED, SCRIPT)),
    Break("the first router lets nothing through", cut_off("router")),
    Break("nothing gets through to the far host", cut_off("remote")),
    Break("the client looks for the way to a host next door", replace_words("{remote}", "{dns}")),
    Break("it begins with two hops", replace_words("-q1", "-q1 -f2")),
    Break("each router is asked twice", replace_words("-q1", "-q2")),
    Break("it gives up after two hops", replace_words("-m5", "-m2")),
]
