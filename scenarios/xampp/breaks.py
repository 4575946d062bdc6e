"""Ways to break the stack, and so to prove that its expectations can fail."""

from lab import Break, Family, cut_off, edit, replace_words

PAGE = "web/lectures.php?reader="
PRINTED = "print('Lectures\\nmarble\\'s\\x20lectures')"
TITLES = ("A local web server", "XAMPP", "Client and server", "Client sockets", "Server sockets")
CELLS = [cell for number, title in enumerate(TITLES, 4) for cell in (str(number), title)]

breaks = [
    Break(
        "the page asks for half of the table",
        edit("lectures.php", "ORDER BY number", "WHERE number < 6"),
    ),
    Break(
        "the page keeps its connection to the database",
        edit("lectures.php", 'new mysqli("db', 'new mysqli("p:db'),
    ),
    Break(
        "the page tells the database the password in so many words",
        edit("lectures.php", "$lectures =", "$db->query(\"SELECT 'lab-student'\");\n$lectures ="),
    ),
    Break(
        "the browser asks the database itself",
        edit(
            "administer.py",
            "url, user,",
            'import socket; socket.create_connection(("db", 3306)).recv(200)\nurl, user,',
        ),
    ),
    Break(
        "the page shows how it is made",
        edit("lectures.php", "<table>", "<!-- <?= $query ?> --><table>"),
        edit(
            "lectures.php",
            "$db->query('SELECT number, title FROM lectures ORDER BY number')",
            "$db->query($query = 'SELECT number, title FROM lectures ORDER BY number')",
        ),
    ),
    Break(
        "the page is another one over TLS",
        edit(
            "lectures.php",
            "<title>Lectures</title>",
            "<title><?= isset($_SERVER['HTTPS']) ? 'Secrets' : 'Lectures' ?></title>",
        ),
    ),
    Break(
        "over TLS the page answers without the database",
        edit("lectures.php", "$version =", "if (isset($_SERVER['HTTPS'])) exit;\n$version ="),
    ),
    Break("TLS is forgotten", replace_words(f"https://{PAGE}{{word2}}", f"http://{PAGE}{{word2}}")),
    Break(
        "nobody vouches for the server",
        replace_words("--trust /etc/ssl/socketlab/ca.crt", "--trust /etc/ssl/socketlab/none.crt"),
    ),
    Break("the password for phpMyAdmin is wrong", replace_words("lab-student", "guess")),
    Break(
        "phpMyAdmin is opened, and nobody logs in",
        edit("administer.py", '    browser.click_through("#input_go")\n', ""),
    ),
    Break(
        "nobody takes a picture of phpMyAdmin",
        edit("administer.py", "    browser.screenshot(picture)\n", ""),
    ),
    Break(
        "a script prints what Chromium should have shown, without opening a page",
        replace_words(f"browse http://{PAGE}{{word}}", f"python3 -c {PRINTED}"),
    ),
    Break(
        "the page has a word of another run",
        replace_words(["s/The course/{answer}/"], ["s/The course/marble/"]),
    ),
    Break(
        "the page is for somebody else",
        edit("lectures.php", "$_GET['reader'] ?? 'you'", "'violet'"),
    ),
    Break(
        "nobody logs in to phpMyAdmin, and the table is printed all the same",
        edit("administer.py", '    browser.click_through("#input_go")\n', ""),
        edit("administer.py", "    print(*browser.run(CELLS)", f"    print(*{CELLS!r}"),
    ),
    Break(
        "the report of another run is printed",
        edit("report.py", "totals.split()", '"Totals 2021 1 12 9 9".split()'),
    ),
    Break(
        "a script says what Webalizer should have counted",
        replace_words("webalizer", "echo 97 records in 0.1 seconds"),
    ),
    Break(
        "Webalizer reads the log of the visits over TLS",
        replace_words("webalizer", "webalizer /var/log/apache2/ssl_access.log"),
    ),
    Break("nobody runs Webalizer over the log", replace_words("webalizer", "true")),
    Break(
        "the page asks the database over IPv6, however it was asked for",
        edit("lectures.php", "? 6 : 4", "? 6 : 6"),
        families=[Family.IPV4],
    ),
    Break("the database is cut off from the network", cut_off("db")),
    Break("the web server is cut off from the network", cut_off("web")),
]
