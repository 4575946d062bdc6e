"""The application: a form asks for a name, and a cookie tells later who has filled it in."""

import email
import html
import http.cookies
import urllib.parse

HEAD = """<!doctype html>
<title>Guests</title>
<link rel="icon" href="data:,"> <!-- no icon, so no request for one -->
"""
FORM = f"""{HEAD}<h1>Who are you?</h1>
<form method="post"><input id="name" name="name"><button id="send">Send</button></form>
"""
WELCOME = HEAD + "<h1>Welcome, {}!</h1>\n"

names = {}


def fields(kind, body):
    """Return what was filled in; a browser has two ways to write it down."""
    if kind == "application/x-www-form-urlencoded":
        return dict(urllib.parse.parse_qsl(body.decode()))
    letter = email.message_from_bytes(f"Content-Type: {kind}\n\n".encode() + body)
    return {
        part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True).decode()
        for part in letter.get_payload()
    }


def answer(method, kind, cookie, body, ticket):
    """Return status, headers and page; a new guest gets a number behind ``ticket`` as a cookie."""
    if method == "POST":
        mine = f"{ticket}{len(names) + 1}"
        names[mine] = fields(kind, body)["name"]
        print(f"{mine} is {names[mine]}, told by {kind.partition(';')[0]}")
        cookie = f"ticket={mine}; HttpOnly; SameSite=Lax"
        return "303 See Other", {"Location": "/", "Set-Cookie": cookie}, ""
    shown = http.cookies.SimpleCookie(cookie).get("ticket")
    if shown and shown.value in names:
        name = html.escape(names[shown.value])  # it comes from a stranger
        return "200 OK", {"Content-Type": "text/html"}, WELCOME.format(name)
    return "200 OK", {"Content-Type": "text/html"}, FORM
