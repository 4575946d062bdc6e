"""Ways to break the web application, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit

PAGE = "templates/page.html"

breaks = [
    Break(
        "the application puts nothing into the cache",
        edit("app.py", "cache.set(word, found, expire=60)", "pass"),
    ),
    Break(
        "the application asks the data store whatever the cache says",
        edit("app.py", "if found is None:", "if True:"),
    ),
    Break(
        "the application asks the data store once more, in vain, where the cache had it",
        edit(
            "app.py",
            '    print(f"{word}: from the {source}")\n',
            '    print(f"{word}: from the {source}")\n'
            "    if source == 'cache':\n"
            "        ask_the_store('SELECT 1')\n",
        ),
    ),
    Break(
        "the cache is filled before anybody asks",
        edit(
            "app.py",
            'serve(app, listen="*:80")',
            'Client(("cache", 11211)).set("socket", "Something else.")\nserve(app, listen="*:80")',
        ),
    ),
    Break(
        "the application prints what it should have heard",
        edit("app.py", 'print(f"for {reader}', 'print(f"for violet'),
    ),
    Break(
        "the application says that it asked the data store, and knew the meaning by heart",
        edit(
            "app.py",
            'rows = ask_the_store("SELECT meaning FROM words WHERE word = %s", word) or abort(404)',
            'rows = [["Where a program is plugged into the network."]]',
        ),
    ),
    Break(
        "the reader's program prints the heading that it should have seen",
        edit(
            "visit.py",
            "browser.text.split",
            're.sub("Glossary [a-z]+", "Glossary marble", browser.text).split',
        ),
        edit("visit.py", "import sys\n", "import re\nimport sys\n"),
    ),
    Break(
        "the application keeps to itself what it did",
        edit("app.py", 'print(f"{word}', 'str(f"{word}'),
    ),
    Break(
        "the template is sent as it is",
        edit("app.py", "return render_template(", "return PAGE or str("),
        edit(
            "app.py",
            "app = Flask(__name__)\n",
            'app = Flask(__name__)\nPAGE = open("templates/page.html").read()\n',
        ),
    ),
    Break("the page has another heading", edit(PAGE, "<h1>Glossary {{", "<h1>Words {{")),
    Break(
        "a click loads the page anew",
        edit(PAGE, "answers += 1;", "answers += 1; setTimeout(() => location.reload(), 0);"),
    ),
    Break(
        "the page has a style sheet in another file",
        edit(PAGE, '<link rel="icon" href="data:,">', '<link rel="stylesheet" href="/style.css">'),
    ),
    Break(
        "the browser may keep answers for a minute",
        edit("app.py", '"no-store"', '"max-age=60"'),
    ),
    Break(
        "a click is answered with text",
        edit("app.py", "answer = jsonify(", "answer = answer_in_text("),
        edit(
            "app.py",
            '@app.get("/for/<reader>")',
            "def answer_in_text(**found):\n"
            "    answer = jsonify(found)\n"
            "    answer.content_type = 'text/plain'\n"
            "    return answer\n\n\n"
            '@app.get("/for/<reader>")',
        ),
    ),
    Break(
        "the picture of what came after is one of what was before",
        edit("visit.py", '    browser.screenshot("after.png")\n', ""),
        edit(
            "visit.py",
            '    browser.screenshot("before.png")\n',
            '    browser.screenshot("before.png")\n    browser.screenshot("after.png")\n',
        ),
    ),
    Break(
        "the application asks the data store over IPv6, whatever the run's IP version",
        edit("app.py", 'host="db"', 'host="db.ipv6.lab.test"'),
        families=[Family.IPV4],
    ),
    Break("the cache is cut off from the network", cut_off("cache")),
    Break("the data store is cut off from the network", cut_off("db")),
    Break("the application is cut off from the network", cut_off("app")),
]
