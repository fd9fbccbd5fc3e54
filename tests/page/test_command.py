# SPDX-License-Identifier: Apache-2.0
"""`python -m silu`: what it writes, and what it says when it cannot."""

from __future__ import annotations

import struct
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from silu.__main__ import main
from silu._common import extras
from silu.report import page
from silu.report.checks import Check


def _silu(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "silu", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def _assert_one_line(done: subprocess.CompletedProcess[str], status: int) -> str:
    assert done.returncode == status
    assert done.stdout == ""
    assert done.stderr.startswith("silu: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_plot_writes_an_svg_with_its_own_background(tmp_path):
    path = tmp_path / "silu.svg"
    assert _silu("plot", str(path)).returncode == 0
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    background = root.find(".//*[@id='patch_1']/{http://www.w3.org/2000/svg}path")
    assert "fill: #fdfdfc" in background.get("style")
    assert list(tmp_path.iterdir()) == [path]


def test_plot_gives_the_same_svg_again(tmp_path):
    paths = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for path in paths:
        assert main(["plot", str(path)]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_plot_writes_a_png(tmp_path):
    path = tmp_path / "silu.png"
    assert _silu("plot", str(path)).returncode == 0
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width > 1000
    assert height > 400


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("draw",),
        ("plot",),
        ("plot", "silu.gif"),
        ("plot", "silu"),
        ("report", "--slow"),
        ("report", "page.html"),
        ("report", "--link", "page.html"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(tmp_path, arguments):
    _assert_one_line(_silu(*arguments, cwd=tmp_path), 2)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_name_is_repeated_with_what_is_allowed(tmp_path):
    line = _assert_one_line(_silu("plot", "silu.gif", cwd=tmp_path), 2)
    assert "'silu.gif'" in line
    assert ".svg or .png" in line


@pytest.mark.parametrize("command", [("plot",), ("report", "--quick", "--out")])
def test_a_place_that_cannot_be_written_is_one_line_and_status_1(tmp_path, command):
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "picture.svg"
    line = _assert_one_line(_silu(*command, str(target)), 1)
    assert str(target) in line
    (tmp_path / "folder.svg").mkdir()
    line = _assert_one_line(_silu(*command, str(tmp_path / "folder.svg")), 1)
    assert "folder" in line


def test_missing_packages_are_named_with_the_extra_that_brings_them(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    assert main(["plot", str(tmp_path / "silu.svg")]) == 1
    error = capsys.readouterr().err
    assert "matplotlib" in error
    assert "pip install 'silu[report]'" in error
    assert main(["report", "--out", str(tmp_path / "index.html")]) == 1
    assert "scikit-learn" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_report_leaves_the_old_one_whole(tmp_path, interrupt):
    path = tmp_path / "index.html"
    path.write_text("the old one")
    rest = interrupt([sys.executable, "-m", "silu", "report", "--out", str(path)], "training")
    assert rest.splitlines()[-1] == "silu: interrupted, nothing was written"
    assert "Traceback" not in rest
    assert path.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_check_is_called_failed(monkeypatch):
    """The page's verdicts come from the numbers: a wrong result must show."""
    failing = Check("wrong", "1 is less than 0", "1 − 0 = 1", holds=False)
    monkeypatch.setattr(page.properties, "check_all", lambda *_: [failing])
    monkeypatch.setattr(page, "QUICK", page.Plan(2, 2, 100, 1000, 1, 1 << 10, 1))
    html = page.build(quick=True)
    assert "1 of the checks on this page failed" in html
    assert '<td class="verdict fails">fails</td>' in html
