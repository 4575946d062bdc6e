"""Images kept in a file for a CI: the key says what they are made from."""

from __future__ import annotations

from pathlib import Path

from lab.hosts.docker.images import saved


def image(root: Path, name: str, text: str) -> None:
    """Write the Dockerfile of an image of a course's own."""
    (root / "images" / name).mkdir(parents=True, exist_ok=True)
    (root / "images" / name / "Dockerfile").write_text(text)


def test_the_key_changes_with_what_the_wanted_images_are_made_from(tmp_path: Path) -> None:
    image(tmp_path, "mine", "FROM scratch\n")
    image(tmp_path, "other", "FROM scratch\n")
    before = saved.key(tmp_path, ["mine"])
    image(tmp_path, "other", "FROM scratch\nENV A=1\n")
    assert saved.key(tmp_path, ["mine"]) == before
    assert saved.key(tmp_path, ["mine", "other"]) != before
    image(tmp_path, "mine", "FROM scratch\nENV A=1\n")
    assert saved.key(tmp_path, ["mine"]) != before
