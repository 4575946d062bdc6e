"""Ways to break remote calls, and so to prove that their expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "the service has no word of its own",
        edit("service.py", "{self.own_word} greets", "marble greets"),
    ),
    Break(
        "the service prints what it should have heard",
        edit("service.py", "asked to greet {name}", "asked to greet violet"),
    ),
    Break(
        "the callers print what they should have heard",
        edit(
            "attempt.py",
            "print(function(*arguments))",
            'print(function(*arguments) and "marble greets violet")',
        ),
    ),
    Break("the callers divide by one", edit("attempt.py", "int(number), 0)", "int(number), 1)")),
    Break(
        "the JSON server does not tell what went wrong",
        edit("json_server.py", 'f"{type(error).__name__}: {error}"', '"It did not work."'),
    ),
    Break(
        "the JSON server answers all calls by one ID",
        edit("json_server.py", '"id": call["id"]', '"id": 7'),
    ),
    Break(
        "the JSON client asks in capitals",
        edit("by_json.py", '"method": method', '"method": method.upper()'),
    ),
    Break(
        "the XML-RPC client asks in capitals",
        edit("by_xmlrpc.py", "xmlrpc.client.ServerProxy(", "Loud("),
        edit(
            "by_xmlrpc.py",
            "host, word",
            "class Loud(xmlrpc.client.ServerProxy):\n"
            "    def __getattr__(self, name):\n"
            "        return super().__getattr__(name.upper())\n\n\n"
            "host, word",
        ),
    ),
    Break(
        "the XML-RPC client asks once",
        edit(
            "by_xmlrpc.py",
            "import xmlrpc.client\n",
            "import xmlrpc.client\n\n"
            "xmlrpc.client.Transport.request = xmlrpc.client.Transport.single_request\n",
        ),
    ),
    Break(
        "the server answers before it is gone",
        edit(
            "service.py",
            "        os._exit(0)",
            "        threading.Timer(0.1, os._exit, [0]).start()\n        return amount",
        ),
        edit("service.py", "import os\n", "import os\nimport threading\n"),
    ),
    Break("nothing is paid", edit("service.py", 'print(f"paid {amount}", flush=True)', "pass")),
    Break(
        "the manager's client tells the key as if it were a name",
        edit("by_manager.py", "service(), word", "service(), key"),
    ),
    Break(
        "the manager's messages are XML",
        edit("by_manager.py", "key.encode())", 'key.encode(), "xmlrpclib")'),
        edit("manager_server.py", "key.encode())", 'key.encode(), "xmlrpclib")'),
    ),
    Break(
        "the manager's client has another key",
        edit("by_manager.py", "key.encode())", 'b"copper")'),
    ),
    Break("the server is cut off from the network", cut_off("server")),
]
