# SPDX-License-Identifier: Apache-2.0
"""8-bit numbers with a scale: against exact rounding, and what is refused."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from common import FUNCTIONS, bits, has_infinities
from mpmath import iv
from rounding import FORMATS, exact, rounded, sign_and_magnitude

import silu

FLOAT8 = [np.dtype(ml_dtypes.float8_e4m3fn), np.dtype(ml_dtypes.float8_e5m2)]
float8s = pytest.mark.parametrize("dtype", FLOAT8, ids=str)
functions = pytest.mark.parametrize("name", FUNCTIONS)
LARGEST = {"float8_e4m3fn": 448.0, "float8_e5m2": 57344.0}


def gate(shape: tuple[int, ...], dtype: Any = np.float32) -> tuple[Any, Any]:
    random = np.random.default_rng(8)
    a, b = (3 * random.standard_normal((2, *shape))).astype(dtype)
    return a, b


def swiglu_quotient(a: float, b: float, scale: float, dtype: np.dtype[Any]) -> Any:
    """The nearest float8 of silu(a) b / scale, by intervals; a is not 0."""
    iv.prec = 200
    x = iv.mpf(a)
    value = x / (1 + iv.exp(-x)) * iv.mpf(b)
    ends = [exact(end) / Fraction(scale) for end in value._mpi_]
    low, high = (rounded(end, str(dtype)) for end in ends)
    assert low == high
    return low


@float8s
@pytest.mark.parametrize("scale", [1.0, 0.1, 2.0**-20])
def test_swiglu_is_rounded_once(dtype: np.dtype[Any], scale: float) -> None:
    a, b = gate((500,))
    y = silu.swiglu_float8(a, b, scale, dtype, saturate=False)
    for i in range(a.size):
        wanted = swiglu_quotient(float(a[i]), float(b[i]), scale, dtype)
        assert sign_and_magnitude(float(y[i])) == wanted


@functions
@float8s
def test_scale_of_one_is_a_conversion_where_the_value_is_no_midpoint(
    name: str, dtype: np.dtype[Any]
) -> None:
    x = np.linspace(-9, 9, 5001).astype(np.float32)
    value = FUNCTIONS[name](x)
    wanted = value.astype(dtype)
    y = silu.to_float8(FUNCTIONS[name], x, dtype=dtype)
    differs = bits(y) != bits(wanted)
    # There the conversion rounds a second time.
    precision, least, _ = FORMATS[str(dtype)]
    for v in value[differs].tolist():
        quantum = 2.0 ** (max(math.floor(math.log2(abs(v))), least) - precision + 1)
        assert abs(v) / quantum % 1 == 0.5


@float8s
def test_beyond_the_largest(dtype: np.dtype[Any]) -> None:
    x = np.array([1e30, np.inf, np.nan], np.float32)
    most = LARGEST[str(dtype)]
    assert silu.to_float8(silu.relu, x, dtype=dtype)[:2].astype(float).tolist() == [most, most]
    raw = silu.to_float8(silu.relu, x, dtype=dtype, saturate=False).astype(float)
    assert np.isnan(raw[2])
    assert np.isinf(raw[:2]).all() if has_infinities(dtype) else np.isnan(raw[:2]).all()


@float8s
@pytest.mark.parametrize("wide", [np.float32, ml_dtypes.bfloat16])
@pytest.mark.parametrize("shape", [(7,), (3, 1000), (2, 3, 65), (0, 4), (4, 0)])
def test_rows_have_their_scales(dtype: np.dtype[Any], wide: Any, shape: tuple[int, ...]) -> None:
    a, b = gate(shape, wide)
    y, scales = silu.swiglu_float8_rows(a, b, dtype)
    value = np.abs(silu.swiglu(a.astype(np.float32), b.astype(np.float32)))
    most = np.max(value, axis=-1, initial=0)
    assert (y.dtype, y.shape) == (dtype, shape)
    assert (scales.dtype, scales.shape) == (np.dtype(np.float32), shape[:-1])
    wanted = np.maximum(most / np.float32(LARGEST[str(dtype)]), np.float32(2.0**-126))
    assert np.array_equal(scales, wanted)
    for row in np.ndindex(shape[:-1]):
        fixed = silu.swiglu_float8(a[row], b[row], float(scales[row]), dtype)
        assert np.array_equal(bits(y[row]), bits(fixed))


def test_order_of_a_row_changes_nothing() -> None:
    a, b = gate((4, 2000))
    order = np.random.default_rng(9).permutation(2000)
    y, scales = silu.swiglu_float8_rows(a, b)
    other, other_scales = silu.swiglu_float8_rows(a[:, order], b[:, order])
    assert np.array_equal(scales, other_scales)
    assert np.array_equal(bits(y[:, order]), bits(other))


def test_halves_out_and_strides_change_nothing() -> None:
    ab = np.concatenate(gate((5, 33)), axis=-1)
    a, b = ab[:, :33], ab[:, 33:]
    y = silu.swiglu_float8(a, b, 0.25)
    out = np.zeros((66, 5), ml_dtypes.float8_e4m3fn)[::2].T
    assert silu.swiglu_float8(a, b, 0.25, out=out) is out
    assert np.array_equal(bits(out), bits(y))
    assert np.array_equal(bits(silu.swiglu_float8(a.T, b.T, 0.25)), bits(y.T))
    x, result = np.asfortranarray(a), np.empty((5, 33), ml_dtypes.float8_e4m3fn, order="F")
    silu.to_float8(silu.silu, x, 0.25, out=result)
    assert np.array_equal(bits(result), bits(silu.to_float8(silu.silu, a, 0.25)))
    assert silu.to_float8(silu.silu, np.float32(1)).shape == ()


@functions
def test_int8_table_is_the_rounded_quotient(name: str) -> None:
    table = silu.Int8Table(FUNCTIONS[name], 0.04, 5, 0.02, -30)
    q = np.arange(-128, 128, dtype=np.int8)
    value = FUNCTIONS[name]((q.astype(np.float64) - 5) * 0.04) / 0.02  # off by less than 2^-50
    wanted = np.clip(np.rint(value) - 30, -128, 127)
    decided = np.abs(value - np.floor(value) - 0.5) > 2.0**-40
    assert decided.sum() > 200
    assert np.array_equal(table(q)[decided], wanted[decided])
    assert np.array_equal(table.values[q.view(np.uint8)], table(q))
    assert np.array_equal(table(q[::-3]), table(q)[::-3])
    out = q.copy()
    assert np.array_equal(table(out, out=out), table(q))


def test_int8_table_decides_ties_to_even() -> None:
    q = np.arange(-128, 128, dtype=np.int8)
    assert np.array_equal(
        silu.Int8Table(silu.relu, 0.5, 0, 1, 0)(q[128:]), np.rint(np.arange(128) / 2)
    )
    assert silu.Int8Table(silu.sigmoid, 1, 0, 1, 0)(np.int8(0)) == 0  # of 1/2


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda x: silu.to_float8(np.exp, x), TypeError, "function is .*; allowed: silu.relu"),
        (lambda x: silu.to_float8(silu.swiglu, x), TypeError, "function is"),
        (
            lambda x: silu.to_float8(silu.silu, x.astype(float)),
            TypeError,
            "float64; allowed: float32",
        ),
        (
            lambda x: silu.to_float8(silu.silu, x, dtype=np.float16),
            TypeError,
            "allowed: float8_e4m3fn",
        ),
        (lambda x: silu.to_float8(silu.silu, x, 0.0), ValueError, "scale is 0.0; allowed: finite"),
        (lambda x: silu.to_float8(silu.silu, x, math.nan), ValueError, "scale is nan"),
        (lambda x: silu.to_float8(silu.silu, x, out=x), ValueError, "out is float32"),
        (lambda x: silu.swiglu_float8(x, x.astype(ml_dtypes.bfloat16)), TypeError, "two dtypes"),
        (lambda x: silu.swiglu_float8_rows(x[0], x[0]), ValueError, "no axes"),
        (
            lambda _: silu.Int8Table(silu.silu, 1, 200, 1, 0),
            ValueError,
            "zero points from -128 to 127",
        ),
        (lambda _: silu.Int8Table(silu.silu, 1, 0, -1, 0), ValueError, "scale is -1"),
        (lambda x: silu.Int8Table(silu.silu, 1, 0, 1, 0)(x), TypeError, "float32; allowed: int8"),
    ],
)
def test_refusals(call: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call(np.ones(3, np.float32))
