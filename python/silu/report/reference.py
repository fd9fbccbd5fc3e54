# SPDX-License-Identifier: Apache-2.0
"""The functions in mpmath, and rounding to a dtype: what the package is compared with.

It shares no code with the library, and works in as many bits as the argument asks for.
"""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import mpmath
import numpy as np
from mpmath import mpf

_PRECISION = 320  # bits; the functions' own cancellation costs at most some 60 of them


def _sigmoid(x: mpf) -> mpf:
    return 1 / (1 + mpmath.exp(-x))


def _value(name: str, x: mpf) -> mpf:
    if name == "relu":
        return x if x > 0 else mpf(0)
    if name == "relu_derivative":
        return mpf(1) if x > 0 else mpf(0)
    s, complement = _sigmoid(x), _sigmoid(-x)
    if name == "sigmoid":
        return s
    if name == "sigmoid_derivative":
        return s * complement
    if name == "silu":
        return x * s
    if name == "silu_derivative":
        return s * (1 + x * complement)
    if name == "silu_second_derivative":
        return s * complement * (2 + x * (complement - s))
    raise ValueError(f"no reference for {name}")


def minimum() -> tuple[mpf, mpf]:
    """Where silu is least, and its value there: -(1 + W(1/e)) and -W(1/e)."""
    with mpmath.workprec(_PRECISION):
        w = mpmath.lambertw(mpmath.exp(-1)).real
        return -(1 + w), -w


def steepest() -> tuple[mpf, mpf]:
    """Where silu' is greatest (the positive zero of silu''), and its value there."""
    with mpmath.workprec(_PRECISION):
        at = mpmath.findroot(lambda x: _value("silu_second_derivative", x), mpf("2.4"))
        return at, _value("silu_derivative", at)


def rounded(name: str, x: Any, dtype: np.dtype) -> Any:
    """The function at the finite number x, rounded once, to nearest, ties to even, to dtype."""
    argument = float(x)
    # For tiny x, sigmoid(x) is 1/2 + x/4, and that x/4 decides a tie.
    exponent = math.frexp(argument)[1]
    with mpmath.workprec(_PRECISION + 3 * max(0, -exponent)):
        return round_to(_value(name, mpf(argument)), dtype, negative_zero=argument <= 0)


def round_to(value: mpf, dtype: np.dtype, *, negative_zero: bool = False) -> Any:
    """A real number rounded to dtype; negative_zero says which zero an exact 0 becomes."""
    info: Any = ml_dtypes.finfo(dtype)  # type: ignore[no-untyped-call]
    if value == 0:
        return dtype.type(-0.0 if negative_zero else 0.0)
    exponent = max(int(mpmath.frexp(value)[1]) - 1, int(info.minexp)) - int(info.nmant)
    units = int(mpmath.nint(mpmath.ldexp(value, -exponent)))
    try:
        nearest = math.ldexp(units, exponent)
    except OverflowError:
        nearest = math.inf
    if nearest > float(info.max):
        nearest = math.inf
    return dtype.type(math.copysign(nearest, -1.0 if value < 0 else 1.0))
