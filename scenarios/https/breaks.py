"""Ways to break HTTPS, and so to prove that its expectations can fail."""

from lab import Break, cut_off, edit, replace_words

BROWSE = "browse https://server/{word3}"
TRUST = "--trust /etc/ssl/socketlab/ca.crt"
SEND = "secure.sendall(HEAD.format(len(page)).encode() + page)"
READ = "answer.read().decode()"
PAGE = (
    "f'<!doctype html>\\n<title>Socket Lab</title>\\n"
    "<h1>marble heard GET /{url[-6:]} HTTP/1.1</h1>\\n'"
)
PRINTED = "print('Socket\\x20Lab\\nmarble\\x20heard\\x20GET\\x20/copper\\x20HTTP/1.1')"


def in_all_urls(server):
    """Have another beginning in the URLs that the programs get."""
    words = ("{word}", "{word2}", "{word3}")
    return [replace_words(f"https://server/{word}", f"{server}{word}") for word in words]


breaks = [
    Break(
        "the page has no word of the server's", edit("server.py", "format(word", 'format("marble"')
    ),
    Break(
        "the server prints what it should have heard",
        edit("server.py", ": {line}", ": GET /violet HTTP/1.1"),
    ),
    Break(
        "the server answers before it is asked",
        edit("server.py", SEND, "pass"),
        edit(
            "server.py",
            '                request = b""\n',
            '                request = b""\n'
            '                page = PAGE.format(word, "GET /violet HTTP/1.1").encode()\n'
            f"                {SEND}\n",
        ),
    ),
    Break(
        "the client prints what it should have heard",
        edit("client.py", READ, f"{READ} and {PAGE}"),
    ),
    Break(
        "the client says that it refuses, and has not looked at any certificate",
        edit(
            "client.py",
            "try:\n",
            "if not authority:\n"
            "    sys.exit(print('refused: unable to get local issuer certificate'))\n"
            "try:\n",
        ),
    ),
    Break(
        "a script prints what Chromium should have shown, without opening a page",
        replace_words(f"{BROWSE} {TRUST}", f"python3 -c {PRINTED}"),
    ),
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
        *in_all_urls("http://server:443/"),
    ),
    Break(
        "the programs use another of the server's names",
        *in_all_urls("https://server.ipv{version}.lab.test/"),
    ),
    Break(
        "Chromium is told whom to trust from the beginning",
        replace_words(BROWSE, f"{BROWSE} {TRUST}"),
    ),
    Break(
        "the server says nothing of refusals", edit("server.py", 'print(f"no: {error}")', "pass")
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
