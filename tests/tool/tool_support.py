# SPDX-License-Identifier: Apache-2.0
"""What the tool's tests share: running it, and rounding that shares nothing with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import ml_dtypes
import mpmath
import numpy as np

FUNCTIONS = (
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_derivative",
    "silu_second_derivative",
    "relu",
    "relu_derivative",
)


class Format(NamedTuple):
    """A dtype: significand bits, 2 - limit is its least normal exponent, width, NumPy's dtype."""

    precision: int
    limit: int
    width: int
    numpy: np.dtype[Any]
    infinities: bool = True

    @property
    def lowest(self) -> int:
        """The exponent of the smallest number."""
        return 3 - self.limit - self.precision

    @property
    def infinity(self) -> int:
        """What a magnitude beyond the largest number becomes."""
        if not self.infinities:
            return (1 << (self.width - 1)) - 1
        return ((1 << (self.width - self.precision)) - 1) << (self.precision - 1)


FORMATS = {
    "float64": Format(53, 1024, 64, np.dtype("<f8")),
    "float32": Format(24, 128, 32, np.dtype("<f4")),
    "float16": Format(11, 16, 16, np.dtype("<f2")),
    "bfloat16": Format(8, 128, 16, np.dtype(ml_dtypes.bfloat16)),
    "float8_e4m3fn": Format(4, 8, 8, np.dtype(ml_dtypes.float8_e4m3fn), infinities=False),
    "float8_e5m2": Format(3, 16, 8, np.dtype(ml_dtypes.float8_e5m2)),
}


def tool() -> str:
    """The program under test: $SILU_TOOL, or the one beside this Python, or the one on the path."""
    beside = Path(sys.executable).with_name("silu")
    found = os.environ.get("SILU_TOOL") or (beside if beside.exists() else shutil.which("silu"))
    assert found, "no tool to test: build it, and set SILU_TOOL to its path"
    return str(found)


def silu(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [tool(), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def succeeds(*arguments: object, **options: Any) -> str:
    done = silu(*arguments, **options)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def fails(status: int, *arguments: object, says: str, **options: Any) -> None:
    """Fails with that status, nothing on stdout, and one line on stderr that has these words."""
    done = silu(*arguments, **options)
    assert done.returncode == status, done
    assert done.stdout == ""
    assert done.stderr.startswith("silu: "), done.stderr
    assert done.stderr.endswith("\n"), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr[:-1].isprintable()
    assert says in done.stderr


def exact(bits: int, dtype: str) -> Fraction:
    """The value of a finite number's bits."""
    form = FORMATS[dtype]
    sign = -1 if bits >> (form.width - 1) else 1
    magnitude = bits & ((1 << (form.width - 1)) - 1)
    binade, fraction = divmod(magnitude, 1 << (form.precision - 1))
    significand = fraction if binade == 0 else fraction + (1 << (form.precision - 1))
    return sign * significand * Fraction(2) ** (max(binade, 1) - 1 + form.lowest)


def nearest(value: Fraction, dtype: str) -> int:
    """The bits of the number nearest to a positive value, ties to even."""
    form = FORMATS[dtype]
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    if Fraction(2) ** exponent > value:
        exponent -= 1
    quantum = max(exponent + 1 - form.precision, form.lowest)
    significand = round(value / Fraction(2) ** quantum)  # Python's round is to even
    return min(((quantum - form.lowest) << (form.precision - 1)) + significand, form.infinity)


def right_silu(bits: int, dtype: str) -> int:
    """The bits of silu at a finite number other than 0, by mpmath with bits enough."""
    x = exact(bits, dtype)
    if abs(x) > 1100:  # x e^-|x| is less than half of every dtype's least number, or of an ulp of x
        return bits if x > 0 else 1 << (FORMATS[dtype].width - 1)
    with mpmath.workprec(4000):
        real = mpmath.mpf(x.numerator) / x.denominator
        y = real / (1 + mpmath.exp(-real))
        sign, man, exp, _ = y._mpf_
    magnitude = nearest(int(man) * Fraction(2) ** int(exp), dtype)
    return magnitude | sign << (FORMATS[dtype].width - 1)
