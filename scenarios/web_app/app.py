"""A web application: a page made from a template, and a cache in front of its data store."""

import re
import sys
from contextlib import closing

import pymysql
from flask import Flask, abort, jsonify, render_template
from pymemcache import Client
from waitress import serve

app = Flask(__name__)


def ask_the_store(query, *values):
    with (
        closing(pymysql.connect(host="db", user="app", password="lab-app", db="glossary")) as store,
        store.cursor() as cursor,
    ):
        cursor.execute(query, values)  # the driver puts the values in, quoted
        return cursor.fetchall()


@app.get("/for/<reader>")
def page(reader):
    words = [word for (word,) in ask_the_store("SELECT word FROM words ORDER BY word")]
    print(f"for {reader}: a page with {len(words)} words from the data store")
    return render_template("page.html", title=sys.argv[1], reader=reader, words=words)


@app.get("/meaning/<word>")
def meaning(word):
    if not re.fullmatch("[a-z]{1,40}", word):  # it comes from a stranger, and becomes a key
        abort(404)
    with closing(Client(("cache", 11211), default_noreply=False)) as cache:
        source, found = "cache", cache.get(word)
        if found is None:
            rows = ask_the_store("SELECT meaning FROM words WHERE word = %s", word) or abort(404)
            source, found = "data store", rows[0][0].encode()
            cache.set(word, found, expire=60)
    print(f"{word}: from the {source}")
    answer = jsonify(meaning=found.decode(), source=source)
    answer.headers["Cache-Control"] = "no-store"  # the browser has a cache, too: not now
    return answer


serve(app, listen="*:80")
