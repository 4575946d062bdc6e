"""Ways to break HTTPS, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

TRUST = "--trust /etc/ssl/socketlab/ca.crt"

breaks = [
    Break("the page says something else", edit("server.py", "Hello World!", "Hello there!")),
    Break(
        "the heading is white on white",
        edit("server.py", "<h1>", "<h1 style='color: white'>"),
    ),
    Break(
        "the client checks nothing",
        edit(
            "client.py",
            'if version == "1.2":',
            "context.check_hostname = False\n"
            "context.verify_mode = ssl.CERT_NONE\n"
            'if version == "1.2":',
        ),
    ),
    Break(
        "the client takes any name for the right one",
        edit(
            "client.py",
            'if version == "1.2":',
            'context.check_hostname = False\nif version == "1.2":',
        ),
    ),
    Break(
        "the client trusts nobody",
        edit("client.py", "cafile=authority", "capath='/nowhere'"),
    ),
    Break("no client is older", edit("client.py", "TLSv1_2", "TLSv1_3")),
    Break(
        "the server is older than all clients",
        edit(
            "server.py",
            "context.load_cert_chain",
            "context.maximum_version = ssl.TLSVersion.TLSv1_2\ncontext.load_cert_chain",
        ),
    ),
    Break(
        "TLS is left out",
        edit(
            "server.py", "with context.wrap_socket(connection, server_side=True)", "with connection"
        ),
        edit("server.py", "secure.version()", "'none'"),
        replace_words("https://server/", "http://server:443/"),
    ),
    Break(
        "the programs use another of the server's names",
        replace_words("https://server/", "https://server.ipv{version}.lab.test/"),
    ),
    Break(
        "Chromium is told whom to trust from the beginning",
        replace_words("browse https://server/", f"browse https://server/ {TRUST}"),
    ),
    Break(
        "the server says nothing of refusals", edit("server.py", 'print(f"no: {error}")', "pass")
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
