# SPDX-License-Identifier: Apache-2.0
"""What README.md and docs show is what happens: examples are run, commands and links exist."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
GUIDES = [README, ROOT / "docs/tutorial.md", *sorted((ROOT / "docs/howto").glob("*.md"))]
PREFIX = Path(sys.prefix)  # ./dev installs the library, the tool and the package here


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def having(language: str) -> list[Any]:
    """The guides that show examples in a language."""
    return [
        pytest.param(page, id=str(page.relative_to(ROOT)))
        for page in GUIDES
        if blocks(page, language)
    ]


def run(command: list[str], directory: Path = ROOT) -> str:
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{shlex.join(command)}\n{result.stdout}{result.stderr}"
    return result.stdout


def compiler_flags() -> list[str]:
    folders = f"{PREFIX}/lib/pkgconfig"
    command = ["env", f"PKG_CONFIG_PATH={folders}", "pkg-config", "--cflags", "--libs", "silu"]
    return shlex.split(run(command))


@pytest.mark.parametrize(
    ("language", "compiler"), [("cpp", ["g++", "-std=c++20"]), ("c", ["gcc", "-std=c99"])]
)
def test_compiled_example_prints_what_its_comment_says(
    language: str, compiler: list[str], tmp_path: Path
) -> None:
    (source,) = blocks(README, language)
    expected = re.search(r"^// prints: (.*)$", source, re.MULTILINE)
    assert expected
    extension = {"cpp": "cc", "c": "c"}[language]
    file = tmp_path / f"example.{extension}"
    file.write_text(source, encoding="utf-8")
    program = tmp_path / "example"
    run([*compiler, str(file), *compiler_flags(), "-o", str(program)])
    assert run([str(program)]).strip() == expected[1]


def test_compiler_commands_in_the_text_are_the_ones_tested() -> None:
    text = README.read_text(encoding="utf-8")
    assert "`g++ -std=c++20 example.cc $(pkg-config --cflags --libs silu)`" in text
    assert "`cc example.c $(pkg-config --cflags --libs silu)`" in text


@pytest.mark.parametrize("page", having("pycon"))
def test_python_examples(page: Path) -> None:
    source = "\n".join(blocks(page, "pycon"))
    example = doctest.DocTestParser().get_doctest(source, {}, page.name, page.name, 0)
    result = doctest.DocTestRunner().run(example)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("page", having("console"))
def test_shell_examples_print_what_is_shown(page: Path, tmp_path: Path) -> None:
    """Each command after a `$`, in one folder, with the output below it."""
    path = f"{PREFIX}/bin:{os.environ['PATH']}"
    for command, output in re.findall(
        r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", "".join(blocks(page, "console")), re.MULTILINE
    ):
        assert run(["env", f"PATH={path}", "bash", "-c", command], tmp_path) == output


def test_every_dev_command_named_exists() -> None:
    known = set(re.findall(r"^  (\w+) ", run(["./dev", "--help"]), re.MULTILINE))
    named = set(re.findall(r"\./dev (\w+)", README.read_text(encoding="utf-8")))
    assert {"report", "test"} <= named <= known


def test_every_relative_link_leads_to_something() -> None:
    pages = [README, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert dead == []
