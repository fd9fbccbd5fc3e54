# SPDX-License-Identifier: Apache-2.0
"""What README.md shows is what happens: its examples are run, its commands and links exist."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PREFIX = Path(sys.prefix)  # ./dev installs the library, the tool and the package here


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


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
    (source,) = blocks(language)
    expected = re.search(r"^// prints: (.*)$", source, re.MULTILINE)
    assert expected
    extension = {"cpp": "cc", "c": "c"}[language]
    file = tmp_path / f"example.{extension}"
    file.write_text(source, encoding="utf-8")
    program = tmp_path / "example"
    run([*compiler, str(file), *compiler_flags(), "-o", str(program)])
    assert run([str(program)]).strip() == expected[1]


def test_compiler_commands_in_the_text_are_the_ones_tested() -> None:
    assert "`g++ -std=c++20 example.cc $(pkg-config --cflags --libs silu)`" in README
    assert "`cc example.c $(pkg-config --cflags --libs silu)`" in README


def test_python_examples() -> None:
    (source,) = blocks("pycon")
    example = doctest.DocTestParser().get_doctest(source, {}, "README.md", "README.md", 0)
    result = doctest.DocTestRunner().run(example)
    assert result.attempted > 0
    assert result.failed == 0


def console_examples() -> list[tuple[str, str]]:
    """Each command after a `$`, with the output below it."""
    text = "".join(blocks("console"))
    return re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)


@pytest.mark.parametrize(("command", "output"), console_examples())
def test_shell_examples_print_what_is_shown(command: str, output: str) -> None:
    program, *arguments = shlex.split(command)
    assert run([str(PREFIX / "bin" / program), *arguments]) == output


def test_every_dev_command_named_exists() -> None:
    known = set(re.findall(r"^  (\w+) ", run(["./dev", "--help"]), re.MULTILINE))
    named = set(re.findall(r"\./dev (\w+)", README))
    assert {"report", "test"} <= named <= known


def test_every_relative_link_leads_to_something() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert dead == []
