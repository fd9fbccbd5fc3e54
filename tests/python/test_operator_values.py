# SPDX-License-Identifier: Apache-2.0
"""The values of the functions of several inputs: limits, and correct rounding of exact products."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
from common import (
    CANONICAL_NAN,
    DTYPES,
    OPERATORS,
    Array,
    bits,
    finite,
    has_infinities,
    nan,
    operands,
    outputs,
    parameters,
)
from mpmath import iv
from rounding import exact, rounded, sign_and_magnitude

import silu

operators = pytest.mark.parametrize("name", OPERATORS)
dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)


class Term(NamedTuple):
    """One output: the product of factors, each with its sign, and function at the argument."""

    function: str
    argument: Fraction
    factors: list[tuple[bool, Fraction]]


def signed(x: float) -> tuple[bool, Fraction]:
    return math.copysign(1, x) < 0, Fraction(abs(x))


def plus_one(x: float) -> tuple[bool, Fraction]:
    return x < -1, abs(Fraction(x) + 1)


def terms(name: str, x: tuple[float, ...], alpha: float, limit: float) -> list[Term | None]:
    """The outputs' exact values, or None for a +0 behind a clamp."""
    q = [Fraction(value) for value in x]
    match name:
        case "silu_backward":
            return [Term("silu'", q[1], [signed(x[0])])]
        case "silu_double_backward":
            ddx, dy = signed(x[0]), signed(x[1])
            return [Term("silu'", q[2], [ddx]), Term("silu''", q[2], [ddx, dy])]
        case "swish":
            return [Term("sigmoid", q[0] * q[1], [signed(x[0])])]
        case "swish_backward":
            dy, u = signed(x[0]), q[1] * q[2]
            return [Term("silu'", u, [dy]), Term("sigmoid'", u, [dy, signed(x[1]), signed(x[1])])]
        case "swiglu":
            return [Term("sigmoid", q[0], [signed(x[0]), signed(x[1])])]
        case "swiglu_backward":
            factors = [signed(value) for value in x]
            return [
                Term("silu'", q[1], [factors[0], factors[2]]),
                Term("sigmoid", q[1], factors[:2]),
            ]
    *dy_given, a_given, b_given = x
    a, b = min(a_given, limit), max(-limit, min(b_given, limit))
    u = Fraction(alpha) * Fraction(a)
    if name == "swiglu_clamped":
        return [Term("sigmoid", u, [signed(a), plus_one(b)])]
    dy = signed(dy_given[0])
    return [
        None if a_given > limit else Term("silu'", u, [dy, plus_one(b)]),
        None if abs(b_given) > limit else Term("sigmoid", u, [dy, signed(a)]),
    ]


FAR = 20_000  # e^-FAR is less than 2^-28000: no product of inputs makes up for it
TINY = (Fraction(1, 1 << 30_000), Fraction(1, 1 << 28_000))


def enclosure(function: str, u: Fraction, precision: int) -> tuple[Fraction, Fraction]:
    """Two numbers that function(u) lies between, or two that products with it round alike."""
    if u == 0:
        value = {"sigmoid": 2, "silu'": 2, "sigmoid'": 4, "silu''": 2}[function]
        return Fraction(1, value), Fraction(1, value)
    if abs(u) > FAR:
        least, most = TINY
        positive = (least, most)
        negative = (-most, -least)
        right = {
            "sigmoid": (1 - most, 1 - least),
            "silu'": (1 + least, 1 + most),
            "sigmoid'": positive,
            "silu''": negative,
        }
        if u > 0:
            return right[function]
        return negative if function in ("silu'", "silu''") else positive
    iv.prec = precision
    x = iv.mpf(u.numerator) / iv.mpf(u.denominator)
    s, t = 1 / (1 + iv.exp(-x)), 1 / (1 + iv.exp(x))
    value = {
        "sigmoid": s,
        "silu'": s * (1 + x * t),
        "sigmoid'": s * t,
        "silu''": s * t * (2 + x * (t - s)),
    }[function]
    return exact(value._mpi_[0]), exact(value._mpi_[1])


def correctly_rounded(term: Term | None, dtype: str) -> tuple[bool, Fraction | float | None]:
    if term is None:
        return False, Fraction(0)
    negative, product = False, Fraction(1)
    for factor_negative, magnitude in term.factors:
        negative ^= factor_negative
        product *= magnitude
    precision = 160
    while True:
        low, high = enclosure(term.function, term.argument, precision)
        if (low < 0) == (high < 0):
            (sign, one), (_, other) = (rounded(product * v, dtype) for v in (low, high))
            if one == other:
                if one is None:  # NaN has no sign
                    return False, one
                # A product of 0 has its factors' signs.
                return negative ^ (sign or low < 0), one
        precision *= 2
        assert precision < 1 << 14, f"{term} is too near to a midpoint"


def finite_tuples(name: str, dtype: np.dtype[Any], n: int) -> list[Array]:
    """Random encodings, usual numbers, and each with numbers at which a function turns."""
    given = operands(name, dtype, n)
    places = np.array([0.0, -0.0, 1, -1, -1.2784645427610738, 7, -7, 7.5, 2.0**-9, -16.5])
    random = np.random.default_rng(7)
    for x in given:
        chosen = random.random(n) < 0.2
        x[chosen] = random.choice(places, n)[chosen].astype(dtype)
    kept = np.logical_and.reduce([finite(x) for x in given])
    return [x[kept] for x in given]


# Others round alpha and limit on their way to the dtype, and turn the gate round.
SETTINGS = [(name, 1.702, 7.0) for name in OPERATORS]
SETTINGS += [
    (name, *other) for name in OPERATORS for other in [(0.3, 2.3), (-2.7, 0.1)] if parameters(name)
]


@pytest.mark.parametrize(("name", "alpha", "limit"), SETTINGS)
@dtypes
def test_correctly_rounded(name: str, dtype: np.dtype[Any], alpha: float, limit: float) -> None:
    given = finite_tuples(name, dtype, 500)
    results = outputs(OPERATORS[name](*given, *([alpha, limit] if parameters(name) else [])))
    alpha = alpha if dtype == np.float64 else float(np.float32(alpha))
    limit = float(dtype.type(limit))
    wrong = []
    for i, x in enumerate(
        zip(*(values.astype(np.float64).tolist() for values in given), strict=True)
    ):
        for k, term in enumerate(terms(name, x, alpha, limit)):
            found = float(results[k][i])
            if sign_and_magnitude(found) != correctly_rounded(term, str(dtype)):
                wrong.append((x, k, found))
    assert wrong == []


@operators
@dtypes
def test_nan_in_any_input_is_canonical_in_each_output(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, 4000)
    has_nan = np.logical_or.reduce([nan(x) for x in given])
    for x in given:
        assert nan(x).any()
    for result in outputs(OPERATORS[name](*given, *parameters(name))):
        assert set(bits(result[has_nan]).tolist()) == {CANONICAL_NAN[str(dtype)]}


INF, NAN = math.inf, math.nan


@dtypes
@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("silu_backward", (2, -INF), -0.0),
        ("silu_backward", (2, INF), 2),
        ("silu_backward", (INF, -INF), NAN),
        ("silu_backward", (0, 1), 0.0),
        ("silu_backward", (0, -2), -0.0),
        ("silu_double_backward", (2, 3, INF), (2, -0.0)),
        ("silu_double_backward", (2, -3, -INF), (-0.0, 0.0)),
        ("swish", (-INF, 1), -0.0),
        ("swish", (INF, -1), 0.0),
        ("swish", (INF, 0), INF),
        ("swish", (3, -INF), 0.0),
        ("swish", (0, INF), 0.0),
        ("swish_backward", (2, 1, INF), (2, 0.0)),
        ("swish_backward", (2, 0, INF), (1, 0.0)),
        ("swiglu", (-INF, 2), -0.0),
        ("swiglu", (INF, 0), NAN),
        ("swiglu", (-INF, INF), NAN),
        ("swiglu", (INF, -2), -INF),
        ("swiglu", (-0.0, 2), -0.0),
        ("swiglu_backward", (2, INF, 3), (6, INF)),
        ("swiglu_backward", (2, -INF, 3), (-0.0, -0.0)),
        ("swiglu_clamped", (-INF, 2, 1, 7), -0.0),
        ("swiglu_clamped", (INF, -1, 0, 4), 0.0),
        ("swiglu_clamped", (INF, INF, 0, 4), 10),
        ("swiglu_clamped", (2, INF, 0, INF), INF),
        ("swiglu_clamped_backward", (2, INF, INF, 1, 4), (0.0, 0.0)),
        ("swiglu_clamped_backward", (2, 4, 4, 0, 4), (5, 4)),
    ],
)
def test_limits(
    dtype: np.dtype[Any], name: str, given: tuple[float, ...], expected: float | tuple[float, ...]
) -> None:
    count = len(given) - len(parameters(name))
    if not has_infinities(dtype) and any(map(math.isinf, given[:count] + outputs(expected))):
        pytest.skip(f"{dtype} has no infinities")
    x = [np.array(value, dtype) for value in given[:count]]
    results = outputs(OPERATORS[name](*x, *map(float, given[count:])))
    for result, value in zip(results, outputs(expected), strict=True):
        assert bits(result) == bits(np.array(value, dtype))


def test_swish_with_beta_one_is_silu() -> None:
    for dtype in DTYPES.values():
        x = operands("swish", dtype, 20_011)[0]
        assert np.array_equal(bits(silu.swish(x, 1)), bits(silu.silu(x)))
        assert np.array_equal(bits(silu.silu_backward(1, x)), bits(silu.silu_derivative(x)))
        assert np.array_equal(bits(silu.swiglu(x, 1)), bits(silu.silu(x)))
