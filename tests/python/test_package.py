# SPDX-License-Identifier: Apache-2.0
"""The package: its names, types, documentation and source distribution."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from common import FUNCTIONS
from scikit_build_core.build import build_sdist

import silu
from silu import _ufuncs

ROOT = Path(__file__).resolve().parents[2]


def test_every_ufunc_is_exported_and_typed() -> None:
    stub = (ROOT / "python/silu/_ufuncs.pyi").read_text(encoding="utf-8")
    assert re.findall(r"^(\w+): np\.ufunc$", stub, re.MULTILINE) == sorted(FUNCTIONS)
    assert set(silu.__all__) == {"__version__", "targets", *FUNCTIONS}
    for name in silu.__all__:
        assert getattr(silu, name) is getattr(_ufuncs, name)


def test_version_is_the_projects() -> None:
    project = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    assert f"project(silu VERSION {silu.__version__} " in project


def test_targets_end_with_scalar() -> None:
    targets = silu.targets()
    assert isinstance(targets, tuple)
    assert targets[-1] == "scalar"
    assert len(set(targets)) == len(targets)


@pytest.mark.parametrize("name", ["silu", *(f"_ufuncs.{name}" for name in ["targets", *FUNCTIONS])])
def test_documented_examples(name: str) -> None:
    documented = silu
    for part in name.split(".")[1:]:
        documented = getattr(_ufuncs, part)
    assert documented.__doc__ is not None
    example = doctest.DocTestParser().get_doctest(documented.__doc__, {}, name, None, 0)
    result = doctest.DocTestRunner().run(example)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring_says_what_the_function_is(name: str) -> None:
    text = FUNCTIONS[name].__doc__
    assert text is not None
    for section in ("Value", "Dtypes", "Exactness", "Special values", "Examples"):
        assert re.search(rf"^{section}\n-+$", text, re.MULTILINE)
    assert max(map(len, text.splitlines()[1:])) <= 80


USER = """\
import ml_dtypes
import numpy as np
import numpy.typing as npt

import silu


def activate(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    out = np.empty_like(x)
    silu.silu(x, out=out, where=x > 0)
    y: npt.NDArray[np.float32] = silu.silu_derivative(x)
    return out + y


def use(f: np.ufunc) -> str:
    return f.__name__


use(silu.relu)
names: tuple[str, ...] = silu.targets()
version: str = silu.__version__
reveal_type(silu.silu)
"""


def test_users_file_passes_strict_mypy(tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(USER, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "user.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert 'Revealed type is "numpy.ufunc"' in result.stdout


def test_mypy_finds_a_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text("import silu\nsilu.silo(1.0)\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "user.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 'Module has no attribute "silo"' in result.stdout


def test_source_distribution_holds_what_the_build_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    name = build_sdist(str(tmp_path))
    assert name == f"silu-{silu.__version__}.tar.gz"
    with tarfile.open(tmp_path / name) as archive:
        held = {member.name.split("/", 1)[1] for member in archive if member.isfile()}
    needed = {"pyproject.toml", "CMakeLists.txt", "README.md", "LICENSE", "PKG-INFO"}
    for folder in ("cmake", "include", "python", "src", "tools/silu"):
        needed |= {
            str(path.relative_to(ROOT))
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    assert needed <= held
    assert not any(path.startswith(("build", ".venv", "report/")) for path in held)


def test_bfloat16_is_ml_dtypes() -> None:
    assert silu.silu(np.ones(1, ml_dtypes.bfloat16)).dtype == np.dtype(ml_dtypes.bfloat16)
