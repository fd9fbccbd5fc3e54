# SPDX-License-Identifier: Apache-2.0
"""The page that `./dev report` makes of the study's results."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "docs" / "study" / "index.md"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    out = tmp_path_factory.mktemp("study") / "study.html"
    command = [sys.executable, ROOT / "web" / "study.py", out, "--link", "The report=index.html"]
    subprocess.run(command, check=True)
    return out


def test_has_every_heading_table_and_picture(page):
    html, source = page.read_text(), SOURCE.read_text()
    assert html.count("<h2>") == len(re.findall(r"^## ", source, re.MULTILINE)) > 0
    assert html.count("<table>") == len(re.findall(r"^\| ?---", source, re.MULTILINE)) > 0
    pictures = re.findall(r'<img src="data:image/svg\+xml;base64,[^"]+" alt="([^"]+)"', html)
    assert len(pictures) == len(re.findall(r"^!\[", source, re.MULTILINE)) > 0


def test_its_links_lead_somewhere(page):
    targets = [t for t in re.findall(r'href="([^"]+)"', page.read_text()) if ":" not in t]
    assert "index.html" in targets  # the report, which is written beside it
    others = [target for target in targets if target != "index.html"]
    assert [target for target in others if not (page.parent / target).exists()] == []
    assert others
