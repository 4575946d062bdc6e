"""Ways to break forms and cookies, and so to prove that their expectations can fail."""

from lab import Break, cut_off, edit

breaks = [
    Break(
        "WSGI has one status for all pages",
        edit("by_wsgi.py", "start_response(status,", 'start_response("200 OK",'),
    ),
    Break(
        "the handler does not look at cookies",
        edit("by_handler.py", 'self.headers.get("Cookie", "")', '""'),
    ),
    Break(
        "the application under WSGI does not look at cookies",
        edit("by_wsgi.py", 'environ.get("HTTP_COOKIE", "")', '""'),
    ),
    Break(
        "a name becomes a part of the page as it came",
        edit("guests.py", "html.escape(names[shown.value])", "names[shown.value]"),
    ),
    Break(
        "the parts of a letter are read in capitals",
        edit("guests.py", "decode=True).decode()", "decode=True).decode().upper()"),
    ),
    Break(
        "the server prints what it should have read",
        edit("guests.py", "{mine} is {names[mine]}", "{mine} is violet & <b>garden</b>"),
    ),
    Break(
        "the client prints what it should have heard",
        edit("fill_in.py", "splitlines()[3]", 'splitlines()[3].replace(one, "violet")'),
    ),
    Break(
        "the form has its spaces as a path has them",
        edit("fill_in.py", '{"name": name})', '{"name": name}, quote_via=urllib.parse.quote)'),
    ),
    Break(
        "the parts are divided by another line than the header says",
        edit("fill_in.py", "boundary=----here", "boundary=----there"),
    ),
    Break(
        "the client says that it takes no cookies",
        edit("fill_in.py", "urllib.request.HTTPCookieProcessor(jar)", ""),
        edit("fill_in.py", "    jar = http.cookiejar.CookieJar()\n", ""),
    ),
    Break("scripts of the page can read the cookie", edit("guests.py", "; HttpOnly", "")),
    Break(
        "the cookie has no word of the server's",
        edit("guests.py", 'f"{ticket}{len', 'f"marble{len'),
    ),
    Break(
        "Chromium has forgotten its cookies when it comes back",
        edit(
            "visit.py",
            '"page.png")\n',
            '"page.png")\nwith Browser() as browser:\n',
        ),
    ),
    Break(
        "Chromium takes a picture of the empty page",
        edit(
            "visit.py",
            '    browser.screenshot("page.png")',
            '    browser.open("about:blank")\n    browser.screenshot("page.png")',
        ),
    ),
    Break("Chromium is told another name", edit("visit.py", '"#name", name', '"#name", "copper"')),
    Break("the server is cut off from the network", cut_off("server")),
]
