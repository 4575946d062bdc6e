"""Each form of the results is what its reader takes, and no student writes a line of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from lab.errors import CouldNotJudge, UsageError
from lab.scenario.points import Points
from lab.story.text import cells
from lab.suite.grading.results import Graded, Mark, Results, State
from lab.suite.grading.writers import formats
from lab.suite.grading.writers.junit import junit
from lab.suite.grading.writers.pages import student_page, teacher_page
from lab.suite.grading.writers.platforms import (
    classroom50,
    coderunner,
    gradescope,
    prairielearn,
    vpl,
)
from lab.suite.grading.writers.tables import csv_text, markdown, table

ATTACK = "\n".join(
    [
        "printed: 'x",
        "Grade :=>> 100",
        "--|>",
        "Comment :=>> full marks",
        "</pre><script>alert(1)</script>",
        "]]></failure><testcase/>",
        "````` | **10 of 10**",
        '{"score": 100}\x00\x1b[2J\u2028Grade :=>> 100\rGrade :=>> 100\x85Grade :=>> 100',
        "=HYPERLINK(1)\ud800",
    ]
)
ENVIRONMENT = {
    "CLASSROOM": "net-1",
    "ASSIGNMENT": "tcp",
    "SUBMISSION_TAG": "submit/2026-11-26T00-00-00Z-abc1234",
    "COMMIT_URL": "https://example.org/c",
    "RELEASE_URL": "https://example.org/r",
}


def mark(
    name: str, state: State, value: float = 1, *, hidden: bool = False, detail: str = ""
) -> Mark:
    earned = {State.HOLDS: value, State.INCONCLUSIVE: None}.get(state, 0.0)
    return Mark(f"test_{name}", state, Points(value, "TCP", hidden, "Look."), earned, detail)


GOOD = Graded("ann", "ann", (mark("a", State.HOLDS, 2), mark("secret", State.HOLDS, hidden=True)))
BAD = Graded(
    "=eve|<b>",
    "eve-1",
    (mark("a", State.FAILS, 2, detail=ATTACK), mark("secret", State.FAILS, hidden=True)),
)
SHAKY = Graded("bob", "bob", (mark("a", State.UNSTABLE, 2), mark("secret", State.HOLDS)))
LOST = Graded("cat", "cat", (mark("a", State.INCONCLUSIVE, 2), mark("b", State.HOLDS)), "no taps")
ALL = Results("tcp_connect", "A greeting", (GOOD, BAD, SHAKY, LOST))


def test_gradescope() -> None:
    found = json.loads(gradescope(BAD) or "")
    assert set(found) <= {"score", "output", "tests", "execution_time", "visibility", "leaderboard"}
    assert found["score"] == 0
    assert [test["visibility"] for test in found["tests"]] == ["visible", "hidden"]
    for test in found["tests"]:
        assert isinstance(test["score"], int | float)
        assert isinstance(test["max_score"], int | float)
        assert test["status"] in ("passed", "failed")
        assert test["output_format"] in ("text", "html", "simple_format", "md", "ansi")
    assert gradescope(LOST) is None


def test_classroom50() -> None:
    found = json.loads(classroom50(GOOD, ENVIRONMENT) or "")
    assert set(found) == {
        *("schema", "classroom", "assignment", "submission", "commit", "release", "review"),
        *("datetime", "score", "max-score", "tests"),
    }
    assert found["schema"] == "classroom50/result/v1"
    assert found["review"] == found["commit"]
    assert found["datetime"].endswith("Z")
    assert found["score"] == sum(test["score"] for test in found["tests"]) == 3
    assert isinstance(found["score"], int)
    for test in found["tests"]:
        assert set(test) == {"test-name", "passed", "score", "max-score"}
        assert test["passed"] is True
    assert "secret" not in json.dumps(found)
    assert classroom50(LOST, ENVIRONMENT) is None


def test_prairielearn() -> None:
    found = json.loads(prairielearn(GOOD))
    assert found["gradable"] is True
    assert found["score"] == 1
    assert [set(test) for test in found["tests"]] == [{"name", "points", "max_points", "message"}]
    assert found["message"] == "1 hidden expectation: 1 of 1"
    lost = json.loads(prairielearn(LOST))
    assert lost["gradable"] is False
    assert "score" not in lost


def vpl_read(text: str) -> tuple[list[str], list[str]]:
    """Read as VPL's server does, line by line: grades, and what stands outside of its block."""
    grades, outside, inside = [], [], False
    for line in text.splitlines():
        if line == "<|--":
            inside = True
        elif line == "--|>":
            inside = False
        elif line.startswith("Grade :=>>"):
            grades.append(line.removeprefix("Grade :=>>").strip())
        elif not inside:
            outside.append(line)
    return grades, outside


@pytest.mark.parametrize(("given", "grades"), [(GOOD, ["3"]), (BAD, ["0"]), (LOST, [])])
def test_vpl_has_one_grade_and_none_without_a_mark(given: Graded, grades: list[str]) -> None:
    assert vpl_read(vpl(given)) == (grades, [])
    assert "secret" not in vpl(given)


def test_coderunner() -> None:
    found = json.loads(coderunner(BAD) or "")
    assert found["fraction"] == 0
    head, *rows = found["testresults"]
    assert head[0] == "iscorrect"
    assert head[-1] == "ishidden"
    assert all(len(row) == len(head) for row in rows)
    assert [row[-1] for row in rows] == [False, True]
    assert len(found["columnformats"]) == len(head) - 2
    assert all(each == "%s" for each in found["columnformats"])  # CodeRunner escapes these
    assert coderunner(LOST) is None


def test_junit() -> None:
    root = ET.fromstring(junit(ALL))
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["ann", "=eve|<b>", "bob", "cat"]
    assert [suite.get("failures") for suite in suites] == ["0", "1", "1", "0"]
    assert [suite.get("errors") for suite in suites] == ["0", "0", "0", "1"]
    for suite in suites:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert all({each.tag for each in case} <= {"failure", "error"} for case in cases)
        kind = "error" if suite.get("name") == "cat" else "failure"
        assert all(each.tag == kind for case in cases for each in case)
    assert junit(Results("x", "x", (BAD,))).count("<testcase") == 1


def test_csv_is_read_back_and_no_cell_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(ALL), newline="")))
    assert ",".join(rows[0]) == "submission,score,of,state,problem,test_a,test_secret,test_b"
    assert [row[1] for row in rows[1:]] == ["3", "0", "1", ""]
    assert rows[2][0] == "'=eve|<b>"
    assert len({len(row) for row in rows}) == 1


def test_markdown_holds_no_mark_up_of_a_student() -> None:
    parser = MarkdownIt("gfm-like", {"linkify": False})
    tokens = parser.parse(markdown(Results("tcp_connect", "A greeting", (BAD,))))
    assert not [token for token in tokens if "html" in token.type]
    assert sum(token.type == "fence" for token in tokens) == 1
    inline = [child for token in tokens for child in token.children or []]
    assert {child.type for child in inline} <= {"text", "text_special"}
    cells_of = [token for token in tokens if token.type == "td_open"]
    assert len(cells_of) == 3
    assert "secret" not in markdown(Results("tcp_connect", "A greeting", (BAD,)))


def test_pages_escape_what_a_student_wrote() -> None:
    teacher = teacher_page(ALL, {"ann": ["ipv4"]})
    student = student_page(BAD, "A greeting", ATTACK)
    for page in (teacher, student):
        assert "<script>alert" not in page
        assert "\x1b" not in page
    assert 'href="ann/ipv4/page.html"' in teacher
    assert "secret" in teacher
    assert "secret" not in student
    assert "1 hidden expectation: 0 of 1" in student
    assert "Hint: Look." in student


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_has_a_line_for_each_and_names_those_to_look_at(width: int) -> None:
    told = table(ALL, width)
    assert [line.split()[0] for line in told.splitlines()[:4]] == ["✔", "✗", "~", "?"]
    assert all(cells(line) <= width for line in told.splitlines())
    assert "no mark" in told
    assert "? not judged, for you to look at: cat" in told
    assert "~ not stable, for you to look at: bob" in told
    alone = table(Results("x", "x", (LOST,)), width)
    assert "3 of" not in alone
    assert "1 submission graded for x" in alone


def test_forms_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    wanted = formats.forms(["csv", "vpl", f"junit={tmp_path}/j.xml"])
    formats.write(ALL, wanted, tmp_path)
    assert (tmp_path / "grades.csv").read_text() == csv_text(ALL).replace("\r\n", "\n")
    assert (tmp_path / "cat" / "vpl.txt").is_file()
    assert ET.parse(tmp_path / "j.xml").getroot().tag == "testsuites"


def test_a_form_without_a_way_to_say_no_mark_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "results.json").write_text("of before")
    with pytest.raises(CouldNotJudge, match="gradescope of cat"):
        formats.write(ALL, formats.forms(["gradescope"]), tmp_path)
    assert (tmp_path / "ann" / "results.json").is_file()
    assert not (tmp_path / "cat" / "results.json").exists()


def test_an_unknown_form_and_one_file_for_many_are_refused() -> None:
    for word in ("word", "csv=", "=x"):
        with pytest.raises(UsageError, match="there is no form"):
            formats.forms([word])
    formats.check(formats.forms(["vpl=-"]), 1)
    with pytest.raises(UsageError, match="there are 2"):
        formats.check(formats.forms(["vpl=-"]), 2)
