# SPDX-License-Identifier: Apache-2.0
"""SwiGLU where it is more than a ufunc: with parameters, and from one packed array."""

from __future__ import annotations

import math
import operator
from typing import Any, Literal, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _ufuncs


def swiglu_clamped(
    a: ArrayLike,
    b: ArrayLike,
    alpha: float = 1.702,
    limit: float = 7.0,
    out: NDArray[Any] | None = None,
) -> Any:
    """SwiGLU with clamped inputs, as in gpt-oss.

    Value
    -----
    y = a' sigmoid(alpha a') (b' + 1),
    where a' = min(a, limit), b' = max(-limit, min(b, limit)) and
    sigmoid(u) = 1 / (1 + e^-u).

    Dtypes
    ------
    As in silu.swiglu. alpha is rounded to float32, but for float64, and limit to
    the dtype of the result.

    Exactness
    ---------
    Each result is the exact value, rounded once, to nearest, ties to even; so
    it has the same bits on every machine, in every array. No floating-point
    warning is ever raised by the computation.

    Special values
    --------------
    +-0 at a = -inf, where alpha > 0. A NaN in a or b is the quiet NaN, through
    the clamps too. alpha must be finite, and limit 0 or more; infinity is no
    limit.

    Source
    ------
    OpenAI: gpt-oss-120b & gpt-oss-20b model card (2025), arXiv:2508.10925.

    Examples
    --------
    >>> import numpy as np, silu
    >>> a, b = np.array([[1, 9], [2, -8]], np.float32)
    >>> silu.swiglu_clamped(a, b)
    array([  2.5373874, -41.999718 ], dtype=float32)
    >>> silu.swiglu_clamped(2.0, 1.0, alpha=1, limit=1.5)
    np.float64(2.452723428580931)
    """
    parameters = checked_parameters("swiglu_clamped", alpha, limit)
    return _ufuncs.swiglu_clamped(a, b, *parameters, out=out)


def swiglu_clamped_backward(
    dy: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    alpha: float = 1.702,
    limit: float = 7.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
) -> Any:
    """The gradients of swiglu_clamped.

    Value
    -----
    (da, db) = (dy (b' + 1) silu'(alpha a'), dy a' sigmoid(alpha a')),
    where a' = min(a, limit), b' = max(-limit, min(b, limit)),
    sigmoid(u) = s = 1 / (1 + e^-u) and silu'(u) = s + u s (1 - s); da is +0 where
    a > limit, and db where b is clamped.

    Dtypes
    ------
    As in silu.swiglu. alpha is rounded to float32, but for float64, and limit to
    the dtype of the result.

    Exactness
    ---------
    Each result is the exact value, rounded once, to nearest, ties to even; so
    it has the same bits on every machine, in every array. No floating-point
    warning is ever raised by the computation.

    Special values
    --------------
    A NaN in any input is the quiet NaN in both outputs, through the clamps too.
    alpha must be finite, and limit 0 or more; infinity is no limit.

    Examples
    --------
    >>> import numpy as np, silu
    >>> da, db = silu.swiglu_clamped_backward([1.0, 1.0], [1.0, 8.0], [2.0, 0.5])
    >>> da, db
    (array([3.20333882, 0.        ]), array([0.84579577, 6.99995313]))
    """
    parameters = checked_parameters("swiglu_clamped_backward", alpha, limit)
    outputs = (None, None) if out is None else out
    return _ufuncs.swiglu_clamped_backward(dy, a, b, *parameters, out=outputs)


def swiglu_packed(
    ab: ArrayLike,
    layout: Literal["halves", "interleaved"] = "halves",
    axis: SupportsIndex = -1,
    out: NDArray[Any] | None = None,
) -> Any:
    """SwiGLU of an array that holds both of its inputs along an axis.

    Value
    -----
    silu.swiglu(a, b), where a is the first half of ab along the axis and b the
    second (layout "halves"), or a the elements 0, 2, ... and b the elements
    1, 3, ... ("interleaved"). Nothing is copied.

    Dtypes
    ------
    As in silu.swiglu.

    Exactness
    ---------
    Each result is the exact value, rounded once, to nearest, ties to even; so
    it has the same bits on every machine, in every array. No floating-point
    warning is ever raised by the computation.

    Special values
    --------------
    As in silu.swiglu.

    Examples
    --------
    >>> import numpy as np, silu
    >>> silu.swiglu_packed(np.array([1, -3, 2, 0.5], np.float32))
    array([ 1.4621172 , -0.07113881], dtype=float32)
    >>> silu.swiglu_packed(np.array([1, 2, -3, 0.5], np.float32), "interleaved")
    array([ 1.4621172 , -0.07113881], dtype=float32)
    """
    packed: Any = ab if hasattr(ab, "__array_ufunc__") else np.asarray(ab)
    a, b = packed_parts(packed.shape, layout, axis)
    return _ufuncs.swiglu(packed[a], packed[b], out=out)


def packed_parts(
    shape: tuple[int | None, ...], layout: str, axis: SupportsIndex
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where a and b lie in a packed array of this shape, as indices; checked."""
    if layout not in ("halves", "interleaved"):
        raise ValueError(f"swiglu_packed: layout is {layout!r}; allowed: 'halves', 'interleaved'")
    try:
        place = operator.index(axis)
    except TypeError:
        raise TypeError(f"swiglu_packed: axis is {axis!r}; allowed: an integer") from None
    dimensions = len(shape)
    if not -dimensions <= place < dimensions:
        allowed = f"{-dimensions} to {dimensions - 1}" if dimensions else "none, as ab has no axes"
        raise ValueError(f"swiglu_packed: axis is {place}; allowed: {allowed}")
    length = shape[place]
    if length is None or length % 2 != 0:
        raise ValueError(
            f"swiglu_packed: the length of ab along axis {place} is {length}; allowed: an even one"
        )
    before = (slice(None),) * (place % dimensions)
    if layout == "halves":
        a, b = slice(None, length // 2), slice(length // 2, None)
    else:
        a, b = slice(0, None, 2), slice(1, None, 2)
    return (*before, a), (*before, b)


def checked_parameters(function: str, alpha: float, limit: float) -> tuple[float, float]:
    """alpha and limit, checked, as Python's floats."""
    result = []
    for name, value in (("alpha", alpha), ("limit", limit)):
        real = isinstance(value, (int, float, np.integer, np.floating))
        if not real or isinstance(value, bool):
            raise TypeError(f"{function}: {name} is {value!r}; allowed: a real number")
        try:
            result.append(float(value))
        except OverflowError:  # an int beyond all floats
            result.append(math.inf if value > 0 else -math.inf)
    if not math.isfinite(result[0]):
        raise ValueError(f"{function}: alpha is {alpha!r}; allowed: finite numbers")
    if not result[1] >= 0:
        raise ValueError(f"{function}: limit is {limit!r}; allowed: 0 to infinity")
    return result[0], result[1]
