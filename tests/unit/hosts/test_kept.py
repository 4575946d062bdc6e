"""A run's record says with what it was made, and two records say in what their labs differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lab.cli.verify import verify_command
from lab.errors import UsageError
from lab.hosts.bundle import kept
from lab.hosts.bundle.manifest import Image, Manifest, chain

HOST = Image("socketlab/host:1", ("sha256:a", "sha256:b"), {"curl": "7.88", "python3": "3.11"})
NEWER = Image("socketlab/host:1", ("sha256:a", "sha256:c"), {"curl": "7.89", "python3": "3.11"})


def versions(image: Image, **more: str) -> dict[str, str]:
    return {
        "Lab": "0.2.0",
        "Engine": "26.1",
        "Kernel": "6.1",
        "Digest of compose.yaml": "1",
        f"Image {image.tag}": chain(image.layers),
        **more,
    }


def run(out: Path, name: str, told: dict[str, str], *images: Image) -> Path:
    """Keep a record with these versions, and the lists of these images beside it."""
    folder = out / name / "ipv4"
    folder.mkdir(parents=True)
    (folder / "observation.json").write_text(json.dumps({"scenario": name, "versions": told}))
    (out / "images").mkdir(exist_ok=True)
    for each in images:
        about = {"image": each.tag, "layers": each.layers, "packages": each.packages}
        path = out / "images" / f"{chain(each.layers).removeprefix('sha256:')[:32]}.json"
        path.write_text(json.dumps(about))
    return folder


def read(folder: Path) -> Manifest:
    record = folder / "observation.json"
    return kept.manifest_of(record, json.loads(record.read_text()))


def test_a_record_and_the_lists_beside_it_are_the_manifest_of_its_lab(tmp_path: Path) -> None:
    found = read(run(tmp_path, "echo", versions(HOST), HOST, NEWER))
    assert found == Manifest("0.2.0", {"compose.yaml": "1"}, {"host": HOST})


def test_a_list_that_is_missing_or_another_s_is_said(tmp_path: Path) -> None:
    folder = run(tmp_path, "echo", versions(HOST), NEWER)
    with pytest.raises(UsageError, match="keep images/ together"):
        read(folder)
    name = chain(HOST.layers).removeprefix("sha256:")[:32]
    wrong = {"image": HOST.tag, "layers": NEWER.layers, "packages": {}}
    (tmp_path / "images" / f"{name}.json").write_text(json.dumps(wrong))
    with pytest.raises(UsageError, match="is not beside it"):
        read(folder)


def test_a_record_of_before_is_said(tmp_path: Path) -> None:
    told = {name: own for name, own in versions(HOST).items() if not name.startswith("Digest")}
    with pytest.raises(UsageError, match="before records said"):
        read(run(tmp_path, "echo", told, HOST))


def test_a_list_that_is_there_is_not_asked_for_again(tmp_path: Path) -> None:
    run(tmp_path, "echo", versions(HOST), HOST)
    nobody: Any = None
    kept.keep(nobody, tmp_path / "images", HOST.tag, HOST.layers, "a host")
    kept.keep(nobody, tmp_path / "images", "an image without layers", (), "a host")
    with pytest.raises(AttributeError):
        kept.keep(nobody, tmp_path / "images", NEWER.tag, NEWER.layers, "a host")
    assert len(list((tmp_path / "images").iterdir())) == 1


def test_lab_verify_says_in_what_the_labs_of_two_runs_differ(tmp_path: Path) -> None:
    one = run(tmp_path / "one", "echo", versions(HOST), HOST)
    same = run(tmp_path / "same", "echo", versions(HOST, Kernel="6.12"), HOST)
    other = run(tmp_path / "other", "echo", versions(NEWER), NEWER)
    said = CliRunner().invoke(verify_command, [str(one), str(same / "observation.json")])
    assert said.exit_code == 0, said.output
    assert "✔ host: 2 layers, 2 packages" in said.output
    assert "· Kernel 6.1 here, 6.12 there" in said.output
    assert "the same lab" in said.output
    said = CliRunner().invoke(verify_command, [str(one), str(other)])
    assert said.exit_code == 1
    assert "✗ image host: curl 7.88 here, 7.89 there\n" in said.output
    assert "Kernel" not in said.output


def test_three_cannot_be_compared(tmp_path: Path) -> None:
    one = str(run(tmp_path, "echo", versions(HOST), HOST))
    said = CliRunner().invoke(verify_command, [one, one, one])
    assert isinstance(said.exception, UsageError)


def test_a_run_across_two_engines_differs_in_the_second_one_too(tmp_path: Path) -> None:
    second = {"Engine of the second engine": "27.0", "Kernel of the second engine": "6.12"}
    one, two = {"versions": versions(HOST)}, {"versions": versions(HOST, **second)}
    assert kept.around(one)["Engine"] == kept.around(two)["Engine"] == "26.1"
    assert kept.around(one)["Kernel of the second engine"] == "none"
    assert kept.around(two)["Kernel of the second engine"] == "6.12"
