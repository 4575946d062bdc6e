"""A new scenario is the guide's, under its own name and with a port that no other one has."""

from __future__ import annotations

import re

import pytest
from places import ROOT

from lab.errors import UsageError
from lab.scenario.template import new_scenario, ports_in

GUIDE = (ROOT / "docs" / "writing-a-scenario.md").read_text(encoding="utf-8")
FILE = re.compile(r"`scenarios/echo/(\w+\.py)`.*?```python\n(.*?)```", re.DOTALL)


def test_its_files_are_those_of_the_guide() -> None:
    files = dict(new_scenario("echo", ()))
    assert files.pop("README.md").startswith("# Echo\n")
    assert files == dict(FILE.findall(GUIDE))


def test_its_port_is_one_that_no_other_scenario_has() -> None:
    files = new_scenario("echo", ports_in(["listen 15070", "15071"]))
    assert ports_in([*files.values()]) == {15072}


@pytest.mark.parametrize("name", ["", "Echo", "my echo", "../echo", "1st", "écho"])
def test_a_name_that_is_none_for_a_folder_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="Try: lab new my_echo"):
        new_scenario(name, ())
