"""Results as JUnit XML, which GitLab and other CI systems read: a suite for each submission."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from lab.suite.grading.results import Results, State
from lab.suite.grading.writers import words


def junit(results: Results) -> str:
    """Return JUnit XML: what is inconclusive is an error, whatever else does not hold a failure.

    Expectations that are hidden from students are left out: they see their pipelines.
    """
    root = ET.Element("testsuites", name=results.scenario)
    for each in results.submissions:
        marks = each.visible
        errors = sum(mark.state is State.INCONCLUSIVE for mark in marks)
        failures = sum(mark.state in (State.FAILS, State.UNSTABLE) for mark in marks)
        suite = ET.SubElement(
            root,
            "testsuite",
            name=_text(each.name),
            tests=str(len(marks)),
            failures=str(failures),
            errors=str(errors),
            skipped="0",
        )
        for mark in marks:
            case = ET.SubElement(
                suite, "testcase", classname=_text(each.name), name=_text(mark.sentence)
            )
            if mark.state is not State.HOLDS:
                kind = "error" if mark.state is State.INCONCLUSIVE else "failure"
                told = words.told(mark)
                found = ET.SubElement(case, kind, message=_text(told[-1]), type=mark.state.value)
                found.text = _text("\n".join(told))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _text(text: str) -> str:
    r"""Return a text with what XML 1.0 has no place for made visible: ``\x00``, ``\ufffe``."""
    return re.sub(
        "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
        lambda match: match[0].encode("unicode_escape").decode(),
        text,
    )
