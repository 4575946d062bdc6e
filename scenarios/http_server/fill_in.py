"""Fill the form in twice, as browsers do it, with and without a file; come back with a cookie."""

import http.cookiejar
import sys
import urllib.parse
import urllib.request

url, one, two = sys.argv[1:]
name = f"{one} & <b>{two}</b>"


def browser():
    jar = http.cookiejar.CookieJar()
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))


def show(opener, *request):
    with opener.open(*request) as answer:
        print(answer.read().decode().splitlines()[3])


first = browser()
show(first, url)
show(first, url, urllib.parse.urlencode({"name": name}).encode())
show(first, url)

second = browser()
kind = "multipart/form-data; boundary=----here"
part = f'------here\r\nContent-Disposition: form-data; name="name"\r\n\r\n{two}\r\n------here--\r\n'
show(second, urllib.request.Request(url, part.encode(), {"Content-Type": kind}))
show(browser(), url)
