# SPDX-License-Identifier: Apache-2.0
"""What the tests share: the functions, the dtypes, and inputs that try every case."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from silu import _ufuncs

Array = NDArray[Any]

UFUNCS = {name: f for name, f in vars(_ufuncs).items() if isinstance(f, np.ufunc)}
FUNCTIONS = {name: f for name, f in UFUNCS.items() if f.nin == 1}
OPERATORS = {name: f for name, f in UFUNCS.items() if f.nin > 1}
OPERATOR_INPUTS = {
    "silu_backward": ("dy", "x"),
    "silu_double_backward": ("ddx", "dy", "x"),
    "swish": ("x", "beta"),
    "swish_backward": ("dy", "x", "beta"),
    "swiglu": ("a", "b"),
    "swiglu_backward": ("dy", "a", "b"),
    "swiglu_clamped": ("a", "b", "alpha", "limit"),
    "swiglu_clamped_backward": ("dy", "a", "b", "alpha", "limit"),
}
CANONICAL_NAN = {
    "float64": 0x7FF8 << 48,
    "float32": 0x7FC0 << 16,
    "float16": 0x7E00,
    "bfloat16": 0x7FC0,
    "float8_e4m3fn": 0x7F,
    "float8_e5m2": 0x7E,
}
PARAMETERS = {"alpha": np.float64(1.702), "limit": np.float64(7.0)}
DTYPES = {name: np.dtype(getattr(ml_dtypes, name, name)) for name in CANONICAL_NAN}


# Shapes that fit each other.
BROADCASTS: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()),
    ((0,), (0,)),
    ((0, 3), (3,)),
    ((5, 1, 7), (3, 1)),
    ((4, 1), (1, 6)),
    ((2, 3, 4), (3, 1)),
    ((3, 1, 5), (2, 3, 4, 1)),
    ((1,), (70001,)),
    ((300, 301), (301,)),
    ((300, 301), (300, 1)),
]


def bits(x: Any) -> Array:
    """The encodings, by which -0 differs from +0 and NaN is equal to itself."""
    array = np.ascontiguousarray(x)
    return array.view(f"=u{array.dtype.itemsize}")


def has_infinities(dtype: np.dtype[Any]) -> bool:
    """Not so float8_e4m3fn: of its magnitudes the last alone is a NaN."""
    return bool(np.isinf(np.float32(np.array(np.inf, dtype))))


def finite(x: Array) -> Array:
    """Which are finite, by their encodings: comparing would signal for signalling NaNs."""
    return np.less(magnitude(x), magnitude(np.array(np.inf, x.dtype)))


def nan(x: Array) -> Array:
    """Which are NaN, likewise."""
    beyond = magnitude(np.array(np.inf, x.dtype))
    return magnitude(x) > beyond if has_infinities(x.dtype) else magnitude(x) == beyond


def magnitude(x: Array) -> Array:
    """The encodings without their signs."""
    return bits(x) & ((1 << (8 * x.dtype.itemsize - 1)) - 1)


def inputs(dtype: np.dtype[Any], n: int) -> Array:
    """All values of up to 16 bits, or n random encodings of a wider dtype; then n usual numbers."""
    random = np.random.default_rng(20171016)
    size = 8 * dtype.itemsize
    unsigned = np.dtype(f"u{dtype.itemsize}")
    edges = [0, 1, 2, (1 << (size - 1)) - 1]  # zero, the least subnormals, a NaN
    infinity = int(bits(np.asarray(np.inf, dtype)).item())
    edges += [infinity + step for step in (-1, 0, 1)]  # the largest, infinity, a signalling NaN
    encodings = np.array(edges + [e | 1 << (size - 1) for e in edges], unsigned)
    if size <= 16:
        wide = np.arange(1 << size, dtype=unsigned)
    else:
        wide = random.integers(0, 1 << size, n, dtype=unsigned)
    usual = (3 * random.standard_normal(n)).astype(dtype)
    return np.concatenate([encodings.view(dtype), wide.view(dtype), usual])


def parameters(name: str) -> list[np.float64]:
    """What an operator's ufunc takes behind its inputs."""
    return [PARAMETERS[given] for given in OPERATOR_INPUTS[name] if given in PARAMETERS]


def operands(name: str, dtype: np.dtype[Any], n: int) -> list[Array]:
    """n elements of each input of an operator: what inputs() has, shuffled, and usual numbers.

    The former are 1000 at most: many of them need the library's slowest path.
    """
    count = len(OPERATOR_INPUTS[name]) - len(parameters(name))
    random = np.random.default_rng(1605)
    some = min(n // 2, 1000)
    wide = [random.permutation(inputs(dtype, n))[:some] for _ in range(count)]
    usual = [(3 * random.standard_normal(n - some)).astype(dtype) for _ in range(count)]
    return [np.concatenate(pair) for pair in zip(wide, usual, strict=True)]


def outputs(result: Any) -> tuple[Any, ...]:
    """A ufunc's results as a tuple, if it is one or several."""
    return result if isinstance(result, tuple) else (result,)


def same(one: Any, other: Any) -> bool:
    """Whether the results of two calls have the same shapes, dtypes and bits."""
    pairs = zip(outputs(one), outputs(other), strict=True)
    return all(
        np.shape(x) == np.shape(y) and x.dtype == y.dtype and np.array_equal(bits(x), bits(y))
        for x, y in pairs
    )
