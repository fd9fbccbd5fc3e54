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
from common import OPERATOR_INPUTS, OPERATORS, UFUNCS
from scikit_build_core.build import build_sdist

import silu
from silu import _ufuncs

ROOT = Path(__file__).resolve().parents[2]


CALLED = [  # in Python, around what C++ does
    "ExactSum",
    "Int8Table",
    "swiglu_clamped",
    "swiglu_clamped_backward",
    "swiglu_float8",
    "swiglu_float8_rows",
    "swiglu_packed",
    "swish_beta_gradient",
    "to_float8",
]
PUBLIC = {"__version__", "targets", *UFUNCS, *CALLED}


def test_every_ufunc_is_exported_and_typed() -> None:
    stub = (ROOT / "python/silu/_ufuncs.pyi").read_text(encoding="utf-8")
    assert re.findall(r"^(\w+): np\.ufunc$", stub, re.MULTILINE) == sorted(UFUNCS)
    assert set(silu.__all__) == PUBLIC
    for name in PUBLIC - {*CALLED}:
        assert getattr(silu, name) is getattr(_ufuncs, name)


def test_version_is_the_projects() -> None:
    project = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    assert f"project(silu VERSION {silu.__version__} " in project


def test_targets_end_with_scalar() -> None:
    targets = silu.targets()
    assert isinstance(targets, tuple)
    assert targets[-1] == "scalar"
    assert len(set(targets)) == len(targets)


DOCUMENTED = {
    **{name: f.__doc__ for name, f in UFUNCS.items()},
    **{f"silu.{name}": getattr(silu, name).__doc__ for name in CALLED},
}
METHODS = {
    f"silu.ExactSum.{name}": getattr(silu.ExactSum, name).__doc__
    for name in ("add", "from_bytes", "to_bytes")
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *DOCUMENTED.items(),
        *METHODS.items(),
        ("silu", silu.__doc__),
        ("targets", silu.targets.__doc__),
    ],
)
def test_documented_examples(name: str, text: str | None) -> None:
    assert text is not None
    example = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    result = doctest.DocTestRunner().run(example)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(("name", "text"), DOCUMENTED.items())
def test_docstring_says_what_the_function_is(name: str, text: str | None) -> None:
    assert text is not None
    for section in ("Value", "Dtypes", "Exactness", "Special values", "Examples"):
        assert re.search(rf"^ *{section}\n *-{{{len(section)}}}$", text, re.MULTILINE), (
            name,
            section,
        )
    assert max(len(line.removeprefix("    ")) for line in text.splitlines()[1:]) <= 80


@pytest.mark.parametrize("name", OPERATORS)
def test_docstring_names_inputs_and_outputs(name: str) -> None:
    inputs = ", ".join(OPERATOR_INPUTS[name])
    text = UFUNCS[name].__doc__
    assert text is not None
    assert re.search(rf"^\w+ = {name}\({inputs}\)$|^\(\w+, \w+\) = {name}\({inputs}\)$", text, re.M)


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


gated: npt.NDArray[np.float32] = silu.swiglu(np.ones(2, np.float32), 2.0)
dx, dbeta = silu.swish_backward(1.0, gated, 1.5)
clamped: npt.NDArray[np.float32] = silu.swiglu_clamped(gated, [1, 2], alpha=1.5, limit=7)
da, db = silu.swiglu_clamped_backward(1.0, gated, gated, out=(gated, None))
packed: npt.NDArray[np.float32] = silu.swiglu_packed(gated, "interleaved", axis=0)
total: silu.ExactSum = silu.swish_beta_gradient(gated, gated, 1.5, exact=True)
total += silu.ExactSum(gated) + silu.ExactSum.from_bytes(total.to_bytes())
rounded: float = float(total)
gradient: npt.NDArray[np.float64] = silu.swish_beta_gradient(gated, gated, gated)
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
