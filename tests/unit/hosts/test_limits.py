"""A program gets the same limits on every engine, by the words that run it."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys

from lab.hosts.agent.limits import words

LIMITS = {"memory": 384 << 20, "cpu": 60, "processes": 256, "file": 64 << 20}
SHOW = """
import json, os, resource
names = ("DATA", "STACK", "CPU", "NPROC", "FSIZE", "CORE", "NOFILE")
found = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names}
print(json.dumps({**found, "environment": dict(os.environ)}))
"""


def test_a_program_has_its_limits_and_no_other_environment() -> None:
    said = words({"user": getpass.getuser(), "limits": LIMITS}, 7)
    script = said[said.index("-c") + 1 :]
    argv = ["/bin/sh", "-c", *script, sys.executable, "-c", SHOW]
    run = subprocess.run(argv, env={"A": "b c"}, capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)
    assert found["DATA"] == [384 << 20] * 2
    assert found["STACK"] == [2 << 20] * 2
    assert found["CPU"] == [60] * 2
    assert found["NPROC"] == [256] * 2
    assert found["FSIZE"] == [64 << 20] * 2
    assert found["CORE"] == [0, 0]
    assert found["NOFILE"][0] == 1024
    assert {"A": "b c"}.items() <= found["environment"].items()
    assert "PWD" not in found["environment"]


def test_a_program_is_the_user_s_without_any_privilege() -> None:
    said = words({"user": getpass.getuser(), "limits": LIMITS}, 7)
    drop = said[: said.index("--")]
    assert {f"--uid={os.getuid()}", f"--gid={os.getgid()}", "--groups=60007"} <= set(drop)
    assert {"--drop=all", "--inh=", "--noamb", "--no-new-privs"} <= set(drop)


def test_a_program_that_runs_as_root_has_none() -> None:
    assert words({"user": None, "limits": LIMITS}, 7) == []
