# SPDX-License-Identifier: Apache-2.0
"""The values: limits, identities, and correct rounding against mpmath's intervals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from common import (
    CANONICAL_NAN,
    DTYPES,
    FUNCTIONS,
    Array,
    bits,
    finite,
    has_infinities,
    inputs,
    nan,
)
from mpmath import iv
from rounding import exact, rounded, sign_and_magnitude

import silu

functions = pytest.mark.parametrize("name", FUNCTIONS)
dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)

# At -inf, -0, +0, +inf: docs/contract.md.
LIMITS = {
    "sigmoid": (0.0, 0.5, 0.5, 1.0),
    "sigmoid_derivative": (0.0, 0.25, 0.25, 0.0),
    "silu": (-0.0, -0.0, 0.0, math.inf),
    "silu_derivative": (-0.0, 0.5, 0.5, 1.0),
    "silu_second_derivative": (-0.0, 0.5, 0.5, -0.0),
    "relu": (0.0, -0.0, 0.0, math.inf),
    "relu_derivative": (0.0, 0.0, 0.0, 1.0),
}


@functions
@dtypes
def test_limits(name: str, dtype: np.dtype[Any]) -> None:
    at = slice(None) if has_infinities(dtype) else slice(1, 3)
    x = np.array([-np.inf, -0.0, 0.0, np.inf], dtype)[at]
    expected = np.array(LIMITS[name], dtype)[at]
    assert np.array_equal(bits(FUNCTIONS[name](x)), bits(expected))


@functions
@dtypes
def test_nan_is_canonical(name: str, dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, 1000)
    nans = x[nan(x)]
    assert nans.size > 4
    assert set(bits(FUNCTIONS[name](nans)).tolist()) == {CANONICAL_NAN[str(dtype)]}


def test_minimum() -> None:
    # -(1 + W(1/e)) and -W(1/e), with Lambert's W
    assert silu.silu(-1.2784645427610738) == -0.2784645427610738
    around = silu.silu(np.linspace(-10, 10, 100001))
    assert around.min() >= -0.2784645427610738


def test_difference_of_opposites_is_the_input() -> None:
    x = np.random.default_rng(5).standard_normal(100_000) * 10
    error = np.abs(silu.silu(x) - silu.silu(-x) - x)
    assert np.all(error <= 1.5 * np.spacing(np.abs(x)))  # three roundings, each of half an ulp


def test_derivatives_of_opposites_add_to_one() -> None:
    x = np.random.default_rng(6).standard_normal(100_000) * 10
    error = np.abs(silu.silu_derivative(x) + silu.silu_derivative(-x) - 1)
    assert np.all(error <= np.spacing(2.0))


@dtypes
def test_relu_is_numpys_maximum(dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, 1000)
    x = x[~nan(x)]
    x = x[x != 0]  # the sign of zero is the limits' affair
    assert np.array_equal(silu.relu(x), np.maximum(x, dtype.type(0)))
    assert np.array_equal(silu.relu_derivative(x), (x > 0).astype(dtype))


def enclosure(name: str, x: float, precision: int) -> tuple[Fraction, Fraction]:
    """Two numbers that the exact value lies between."""
    iv.prec = precision
    # Past 1100 nothing but silu itself changes by the smallest float64's half any more.
    if name == "silu" and x > 1100:
        return Fraction(x) - Fraction(1, 1 << 1500), Fraction(x)
    x = iv.mpf(min(max(x, -1100), 1100))
    s, t = 1 / (1 + iv.exp(-x)), 1 / (1 + iv.exp(x))
    value = {
        "sigmoid": s,
        "sigmoid_derivative": s * t,
        "silu": x * s,
        "silu_derivative": s * (1 + x * t),
        "silu_second_derivative": s * t * (2 + x * (t - s)),
    }[name]
    return exact(value._mpi_[0]), exact(value._mpi_[1])


def correctly_rounded(
    name: str, x: float, dtype: np.dtype[Any]
) -> tuple[bool, Fraction | float | None]:
    precision = 128
    while True:
        low, high = (rounded(v, str(dtype)) for v in enclosure(name, x, precision))
        if low == high:
            return low
        precision *= 2
        assert precision < 1 << 13, f"{name}({x}) is too near to a midpoint"


def finite_sample(dtype: np.dtype[Any]) -> Array:
    """Random encodings, usual numbers, both sides of the zeros and ends, subnormals."""
    x = inputs(dtype, 150)
    x = x[finite(x)]
    x = np.random.default_rng(7).permutation(x[x != 0])[:250]
    unsigned = f"u{dtype.itemsize}"
    places = [-1.2784645427610738, 2.3993572805154675, -2.3993572805154675, 1, -1]
    places += [-87.5, -103.5, -16.5, -708.5, -744.5, 2.0**-8, -(2.0**-12)]
    around = np.array(places).astype(dtype).view(unsigned)
    near = np.concatenate([around + np.array(step).astype(unsigned) for step in range(3)])
    near = near.view(dtype)[finite(near.view(dtype))]  # places are beyond the largest float8
    tiny = np.arange(1, 8).astype(unsigned).view(dtype)
    return np.concatenate([x, near[near != 0], tiny, -tiny])


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if not name.startswith("relu")])
@dtypes
def test_correctly_rounded(name: str, dtype: np.dtype[Any]) -> None:
    x = finite_sample(dtype)
    wrong = []
    for given, result in zip(x.tolist(), FUNCTIONS[name](x).tolist(), strict=True):
        found = sign_and_magnitude(result)
        if found != correctly_rounded(name, given, dtype):
            wrong.append((given.hex(), result.hex()))
    assert wrong == []
