"""What a made book is checked for: dead links, code that is not as in its file."""

from __future__ import annotations

from pathlib import Path

from lab.book.checked import dead_links, not_as_in_file, page_of, size


def site(folder: Path, body: str) -> Path:
    (folder / "chapters").mkdir()
    (folder / "index.html").write_text('<p id="top">x</p>')
    (folder / "chapters" / "a.html").write_text(f"<html><body>{body}</body></html>")
    return folder


def test_links_to_pages_and_places_that_are_there_are_not_dead(tmp_path: Path) -> None:
    body = (
        '<p id="here"><a href="#here"></a><a href="../index.html#top"></a>'
        '<a href="https://x.org"></a></p>'
    )
    assert dead_links(site(tmp_path, body)) == []


def test_a_dead_link_is_named_with_its_page(tmp_path: Path) -> None:
    body = (
        '<a href="b.html"></a><a href="#nowhere"></a><img src="x.svg"><script src="y.js"></script>'
        '<a href="../index.html#low"></a><a href="file:///etc"></a>'
    )
    assert dead_links(site(tmp_path, body)) == [
        f"chapters/a.html: {link}"
        for link in ("b.html", "#nowhere", "x.svg", "y.js", "../index.html#low", "file:///etc")
    ]


def test_code_must_be_as_in_its_file(tmp_path: Path) -> None:
    page = page_of(site(tmp_path, "<pre><span>a</span> &lt; 1\n\n</pre>") / "chapters" / "a.html")
    assert list(not_as_in_file(page, [("good.py", "a < 1\n"), ("bad.py", "a < 2\n")])) == ["bad.py"]


def test_the_size_is_that_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "one").write_bytes(b"12345")
    (tmp_path / "two").write_bytes(b"67")
    assert size(tmp_path) == 7
