# SPDX-License-Identifier: Apache-2.0
"""`python -m silu study --quick`: interrupted, gone on with, and read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from silu.__main__ import main
from silu._common import extras

PICTURES = ("accuracy-by-depth", "accuracy-by-rate", "dead-units", "gradient-by-layer")


def _command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "silu", "study", "--quick", "--out", str(folder)]


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, interrupt: Callable[[list[str], str], str]
) -> Path:
    """A study that was interrupted amid its runs, and then finished by the same command."""
    path = tmp_path_factory.mktemp("study")
    rest = interrupt(_command(path), "ResNet")
    told = "silu: interrupted, finished runs are kept, and the same command goes on"
    assert rest.splitlines()[-1] == told
    assert [p.name for p in path.iterdir()] == ["runs.jsonl"]
    kept = (path / "runs.jsonl").read_bytes()
    done = subprocess.run(_command(path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{path / 'index.md'}\n"
    assert "plain" not in done.stderr  # nothing is run twice
    whole = kept[: kept.rfind(b"\n") + 1]
    assert (path / "runs.jsonl").read_bytes().startswith(whole)
    return path


def test_the_page_has_a_verdict_on_every_claim(folder):
    page = (folder / "index.md").read_text()
    rows = re.findall(r"^\| (\d+) \| .+ \| .+ \| \*\*(.+)\*\* \|$", page, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 19))
    assert all(re.match("holds|does not hold", verdict) for _, verdict in rows)
    assert "This is the quick cut" in page


def test_every_table_has_the_same_cells_in_each_row(folder):
    tables = re.findall(r"(?:^\|.*\|\n)+", (folder / "index.md").read_text(), re.MULTILINE)
    assert len(tables) == 7
    for table in tables:
        lines = table.splitlines()
        assert len(lines) > 2
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {lines[0].count("|")}


def test_pictures_are_svg_and_are_shown_with_a_description(folder):
    page = (folder / "index.md").read_text()
    shown = dict(re.findall(r"!\[(.+)\]\((.+)\.svg\)", page)[::-1])
    assert sorted(shown.values()) == sorted(PICTURES)
    for name in PICTURES:
        root = ElementTree.parse(folder / f"{name}.svg").getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_the_numbers_are_json_with_what_made_them(folder):
    numbers = json.loads((folder / "study.json").read_text(), parse_constant=pytest.fail)
    assert numbers["made"]["same"]["plan"] == "quick"
    assert {"python", "torch", "numpy", "silu", "processor"} <= set(numbers["made"]["same"])
    assert len(numbers["claims"]) == 18


def test_our_activation_never_differs(folder):
    """On identical inputs, and in trainings where only the activation has two threads."""
    rows = json.loads((folder / "study.json").read_text())["reproducibility"]
    ours = [row for row in rows if row["implementation"] == "silu.torch.SiLU"]
    assert len(ours) == 3
    for row in ours:
        for counts in (
            *row["on identical inputs"].values(),
            row["inferred in a batch or alone"]["activations whose inputs are the same"],
            row["trained with activations on 2 threads"],
            row["trained twice with 1 thread"],
        ):
            assert counts["tensors"] > 0
            assert counts["elements that differ"] == 0


def test_a_finished_study_is_written_again_the_same(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert main(["study", "--quick", "--out", str(folder)]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_folder_of_the_quick_cut_is_refused_for_the_whole_study(folder, capsys):
    assert main(["study", "--out", str(folder)]) == 1
    assert "was begun with plan quick, and this is full" in capsys.readouterr().err


def test_missing_packages_are_named_with_the_extra_that_brings_them(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    assert main(["study", "--out", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert "torch" in error
    assert "pip install 'silu[study]'" in error


def test_a_study_cut_off_after_its_last_run_is_finished(folder, tmp_path):
    lines = (folder / "runs.jsonl").read_bytes().splitlines(keepends=True)
    assert b"finished" in lines[-1]
    (tmp_path / "runs.jsonl").write_bytes(b"".join(lines[:-1]))
    assert main(["study", "--quick", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "index.md").exists()
