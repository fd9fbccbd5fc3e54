# SPDX-License-Identifier: Apache-2.0
"""Whoever lacks PyTorch, or the operators for it, is told the way out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import silu


def refusal(program: str, *path: Path) -> str:
    """The last line that a fresh process writes, which fails."""
    lines = [f"import sys; sys.path[:0] = {[str(each) for each in path]!r}", program]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    return done.stderr.strip().splitlines()[-1]


def test_without_pytorch() -> None:
    assert refusal("sys.modules['torch'] = None\nimport silu.torch") == (
        "ImportError: silu.torch needs PyTorch: pip install 'silu[torch]'"
    )


def test_without_the_operators(tmp_path: Path) -> None:
    package = Path(silu.__file__).parent
    shutil.copytree(package, tmp_path / "silu", ignore=shutil.ignore_patterns("_operators.so"))
    assert refusal("import silu.torch", tmp_path) == (
        "ImportError: silu was built without its adapter of PyTorch: with PyTorch installed, build"
        " it again by pip install --no-build-isolation 'silu[torch]'"
    )


def test_with_an_operator_library_that_does_not_load(tmp_path: Path) -> None:
    package = Path(silu.__file__).parent
    shutil.copytree(package, tmp_path / "silu", ignore=shutil.ignore_patterns("_operators.so"))
    (tmp_path / "silu/torch/_operators.so").write_bytes(b"no library")
    line = refusal("import silu.torch", tmp_path)
    assert line.startswith("ImportError: silu.torch cannot load its operators with PyTorch")
    assert "it needs 2.10 or later" in line
