"""A book of two chapters from stored runs: whole on paper, readable and searchable on a screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import LAPTOP, PHONE, Sized, click, visit
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from stored_course import NAMES, course

from lab.book import build, paper
from lab.book.pdf import blank, sheets
from lab.errors import CouldNotJudge

pytest_plugins = ["chromium"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a book; to make it, its links, its code and its sheets were checked."""
    try:
        paper.browser()
    except CouldNotJudge as error:
        pytest.skip(error.sentence)
    clone = course(tmp_path_factory.mktemp("course"))
    said: list[str] = []
    return build.make(clone, [], said.append)


def test_the_pdf_has_a_sheet_for_each_chapter_and_no_blank_one(book: Path) -> None:
    found = sheets((book / build.PDF).read_bytes())
    assert len(found) > len(NAMES) + 2
    assert not any(map(blank, found))


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_no_page_is_wider_than_its_window(book: Path, sized: Sized, size: tuple[int, int]) -> None:
    for page in ("index.html", "glossary.html", "words.html", "chapters/tcp_connect.html"):
        browser = sized(book / page, size)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= size[0], page


def test_a_picture_is_slim_on_a_phone_and_its_words_keep_their_size(
    book: Path, sized: Sized
) -> None:
    for size, drawn in ((PHONE, "slim"), (LAPTOP, "wide")):
        browser = sized(book / "chapters" / "tcp_connect.html", size)
        picture = browser.find_element(By.CSS_SELECTOR, ".ladder img")
        assert f"-{drawn}.svg" in str(picture.get_property("currentSrc"))
        shrunk = "return arguments[0].width / arguments[0].naturalWidth"
        assert browser.execute_script(shrunk, picture) > 0.9


def test_words_are_found_from_a_disk(book: Path, sized: Sized) -> None:
    browser = sized(book / "search.html", LAPTOP)
    visit(browser, (book / "search.html").as_uri() + "?q=datagram")
    WebDriverWait(browser, 60).until(lambda _: found(browser))
    assert any("UDP datagrams" in each for each in found(browser))


def found(browser: webdriver.Chrome) -> list[str]:
    """Return the titles that a search has found."""
    return [each.text for each in browser.find_elements(By.CSS_SELECTOR, "#search-results li a")]


def test_an_answer_is_folded_until_it_is_asked_for(book: Path, sized: Sized) -> None:
    browser = sized(book / "chapters" / "tcp_connect.html", LAPTOP)
    fold = browser.find_element(By.CSS_SELECTOR, "#think-about-it details")
    assert "stream of bytes" not in fold.text
    click(browser, fold.find_element(By.TAG_NAME, "summary"))
    assert "stream of bytes" in fold.text


def test_one_chapter_leads_to_the_next_and_a_term_to_the_glossary(book: Path, sized: Sized) -> None:
    browser = sized(book / "chapters" / "tcp_connect.html", LAPTOP)
    links = [
        str(each.get_dom_attribute("href")) for each in browser.find_elements(By.TAG_NAME, "a")
    ]
    assert "udp_datagrams.html" in links
    assert "../glossary.html#term-handshake" in links


def test_the_page_of_a_run_leads_to_its_chapter(book: Path) -> None:
    page = book.parent / "tcp_connect" / "ipv4" / "page.html"
    text = page.read_text(encoding="utf-8")
    assert "This lesson is a chapter of the book" in text
    assert (page.parent / "../../book/chapters/tcp_connect.html").resolve().is_file()
