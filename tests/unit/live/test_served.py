"""What is served: the page's files and no others, and no script that is not the lab's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.live.app import OF_STORY, _kept, _static
from lab.live.page import SCRIPTS_HERE, TERMINAL, WHOLE, policies
from lab.story.page.render import SCRIPTS
from lab.story.page.template import asset, digest


def test_each_script_and_style_of_the_page_is_served() -> None:
    for name in (*TERMINAL, *SCRIPTS_HERE, *OF_STORY, "live.css", "xterm.css"):
        found = _static(name)
        assert found is not None, name
        assert len(found.body) > 100


def test_all_scripts_of_the_lab_s_own_are_one_file_in_their_order() -> None:
    whole = _static(WHOLE)
    assert whole is not None
    parts = [found.body for each in SCRIPTS_HERE if (found := _static(each)) is not None]
    assert len(parts) == len(SCRIPTS_HERE)
    assert whole.body == b"\n".join(map(bytes, parts))


@pytest.mark.parametrize(
    "name", ["page.py", "live.html", "README.md", "../app.py", "..", "xterm/xterm.js", "no.js", ""]
)
def test_no_other_file_is_served(name: str) -> None:
    assert _static(name) is None


def test_a_kept_file_is_a_page_or_something_to_save(tmp_path: Path) -> None:
    (tmp_path / "out" / "a").mkdir(parents=True)
    (tmp_path / "out" / "a" / "page.html").write_text("<p>a page</p>")
    (tmp_path / "out" / "a" / "client.pcap").write_bytes(b"bytes")
    (tmp_path / "out" / "a" / "evil.svg").write_text("<svg onload='x'/>")
    (tmp_path / "secret.html").write_text("a secret")
    (tmp_path / "out" / "link.html").symlink_to(tmp_path / "secret.html")
    out = tmp_path / "out"
    assert _kept(out, "a/page.html").media_type == "text/html"
    for name in ("a/client.pcap", "a/evil.svg"):
        saved = _kept(out, name)
        assert saved.media_type == "application/octet-stream"
        assert saved.headers["content-disposition"].startswith("attachment")
    for path in ("../secret.html", "link.html", "a", "a/none.html", "/etc/passwd"):
        assert _kept(out, path).status_code == 404


def test_a_run_s_page_may_run_the_lab_s_own_script_and_no_other() -> None:
    script = "".join(asset(f"{each}.js") for each in SCRIPTS)
    policy = policies()["/out/"]
    assert f"'sha256-{digest(script)}'" in policy
    allowed = next(each for each in policy.split("; ") if each.startswith("script-src"))
    assert "unsafe" not in allowed
    assert "'self'" not in allowed
