# SPDX-License-Identifier: Apache-2.0
"""Results as 8-bit numbers with a scale, as quantised networks store them."""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import _ufuncs

WIDE = (np.dtype(np.float32), np.dtype(ml_dtypes.bfloat16))
FLOAT8 = (np.dtype(ml_dtypes.float8_e4m3fn), np.dtype(ml_dtypes.float8_e5m2))


def to_float8(
    function: np.ufunc,
    x: ArrayLike,
    scale: float = 1.0,
    dtype: DTypeLike = ml_dtypes.float8_e4m3fn,
    saturate: bool = True,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """A function of one input, divided by a scale, in float8.

    Value
    -----
    function(x) / scale, so that the result times scale is about function(x).
    function is one of silu.silu, silu.sigmoid and the others of one input.

    Dtypes
    ------
    x: float32 or ml_dtypes' bfloat16; dtype: float8_e4m3fn or float8_e5m2.

    Exactness
    ---------
    The exact quotient, rounded once, to nearest, ties to even.

    Special values
    --------------
    Beyond the largest number (448, 57344): with saturate the largest, for
    infinities too; without it, as in a conversion: infinity, or NaN in
    float8_e4m3fn. NaN stays NaN. scale must be finite and above 0.

    Examples
    --------
    >>> import numpy as np, silu
    >>> silu.to_float8(silu.silu, np.array([1, -1, 1000], np.float32), scale=0.5)
    array([1.5, -0.5625, 448], dtype='float8_e4m3fn')
    """
    name = _function("to_float8", function)
    given = _wide("to_float8", x=np.asarray(x))[0]
    result = _out("to_float8", out, given.shape, _float8("to_float8", dtype))
    target = _contiguous(result, (given,))
    _ufuncs.evaluate_float8(name, np.ascontiguousarray(given), target, _scale(scale), saturate)
    return _finish(target, result)


def swiglu_float8(
    a: ArrayLike,
    b: ArrayLike,
    scale: float = 1.0,
    dtype: DTypeLike = ml_dtypes.float8_e4m3fn,
    saturate: bool = True,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """SwiGLU, divided by a scale, in float8: the fused kernel of serving.

    Value
    -----
    silu(a) b / scale, one rounding in all.

    Dtypes
    ------
    a and b: float32 or ml_dtypes' bfloat16, the same for both, and broadcast
    against each other; dtype: float8_e4m3fn or float8_e5m2.

    Exactness
    ---------
    The exact quotient, rounded once, to nearest, ties to even. (vLLM's kernels
    multiply by 1 / scale in float32, rounding three times.)

    Special values
    --------------
    As in silu.swiglu, then as in silu.to_float8.

    Examples
    --------
    >>> import numpy as np, silu
    >>> a, b = np.array([[1, 2], [4, -8]], np.float32)
    >>> silu.swiglu_float8(a, b)
    array([3, -14], dtype='float8_e4m3fn')
    """
    first, second = np.broadcast_arrays(*_wide("swiglu_float8", a=np.asarray(a), b=np.asarray(b)))
    result = _out("swiglu_float8", out, first.shape, _float8("swiglu_float8", dtype))
    target = _contiguous(result, (first, second))
    rows = (_matrix(first), _matrix(second), _matrix(target))
    _ufuncs.swiglu_float8(*rows, _scale(scale), saturate)
    return _finish(target, result)


def swiglu_float8_rows(
    a: ArrayLike, b: ArrayLike, dtype: DTypeLike = ml_dtypes.float8_e4m3fn
) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """SwiGLU in float8 with a scale for each row: dynamic quantisation per token.

    Value
    -----
    (y, scales), rows along the last axis: scales is the largest magnitude of
    the row in silu.swiglu of float32, divided by the largest number of dtype
    (448, 57344), rounded to float32, and at least 2^-126; y is
    silu(a) b / scales[..., None].

    Dtypes
    ------
    a and b: float32 or ml_dtypes' bfloat16, the same for both, and broadcast
    against each other; dtype: float8_e4m3fn or float8_e5m2. scales is float32,
    of the shape of the rows.

    Exactness
    ---------
    y: the exact quotient, rounded once, to nearest, ties to even, saturating.
    scales depend on no order of a row's elements.

    Special values
    --------------
    A row with NaN has the scale NaN, and NaNs; one with an infinity the scale
    infinity, finite values giving 0 and infinite ones NaN.

    Examples
    --------
    >>> import numpy as np, silu
    >>> ab = np.array([[1, 3, 4, -8]], np.float32)
    >>> y, scales = silu.swiglu_float8_rows(ab[:, :2], ab[:, 2:])
    >>> y, scales
    (array([[56, -448]], dtype='float8_e4m3fn'), array([0.05103076], dtype=float32))
    """
    name = "swiglu_float8_rows"
    first, second = np.broadcast_arrays(*_wide(name, a=np.asarray(a), b=np.asarray(b)))
    if first.ndim == 0:
        raise ValueError(f"{name}: a and b have no axes; allowed: rows along the last one")
    y = np.empty(first.shape, _float8(name, dtype))
    scales = np.empty(first.shape[:-1], np.float32)
    gates, linear = (_side_by_side(_matrix(x)) for x in (first, second))
    _ufuncs.swiglu_float8_rows(gates, linear, _matrix(y), scales)
    return y, scales


class Int8Table:
    """A function from int8 to int8 with affine quantisation, by a table of its 256 values.

    Value
    -----
    table(q) is clamp(round(function((q - x_zero_point) x_scale) / y_scale)
    + y_zero_point, -128, 127). The names are those of ONNX's quantised
    operators; function is one of silu.silu, silu.sigmoid and the others of one
    input.

    Dtypes
    ------
    int8 in and out.

    Exactness
    ---------
    The exact quotient, rounded once, to the nearest integer, ties to even.

    Special values
    --------------
    Scales must be finite and above 0, zero points from -128 to 127.

    Examples
    --------
    >>> import numpy as np, silu
    >>> table = silu.Int8Table(silu.silu, 0.05, 0, 0.025, -117)
    >>> table(np.array([20, 0, -128], np.int8))
    array([ -88, -117, -117], dtype=int8)
    """

    __slots__ = ("values",)

    values: NDArray[np.int8]
    """The value at q in the place of q as an unsigned byte."""

    def __init__(
        self,
        function: np.ufunc,
        x_scale: float,
        x_zero_point: int,
        y_scale: float,
        y_zero_point: int,
    ) -> None:
        name = _function("Int8Table", function)
        self.values = np.empty(256, np.int8)
        x, y = (_scale(x_scale), int(x_zero_point)), (_scale(y_scale), int(y_zero_point))
        _ufuncs.int8_table(name, *x, *y, self.values)
        self.values.flags.writeable = False

    def __call__(self, x: ArrayLike, out: NDArray[np.int8] | None = None) -> NDArray[np.int8]:
        """The values at the elements of an array of int8."""
        given = np.asarray(x)
        if given.dtype != np.int8:
            raise TypeError(f"Int8Table: the dtype of x is {given.dtype}; allowed: int8")
        result = _out("Int8Table", out, given.shape, np.dtype(np.int8))
        target = _contiguous(result, (given,))
        _ufuncs.map_bytes(self.values, np.ascontiguousarray(given), target)
        return _finish(target, result)


def _function(caller: str, function: Any) -> str:
    """The name of one of the library's functions of one input."""
    name = getattr(function, "__name__", "")
    is_ours = isinstance(function, np.ufunc) and getattr(_ufuncs, name, None) is function
    if is_ours and function.nin == 1:
        return str(name)
    allowed = [f.__name__ for f in vars(_ufuncs).values() if isinstance(f, np.ufunc) and f.nin == 1]
    raise TypeError(
        f"{caller}: function is {function!r}; allowed: silu.{', silu.'.join(sorted(allowed))}"
    )


def _wide(caller: str, **inputs: NDArray[Any]) -> list[NDArray[Any]]:
    """Inputs, of one of the wider dtypes, in this machine's byte order."""
    for name, x in inputs.items():
        if x.dtype not in WIDE:
            raise TypeError(
                f"{caller}: the dtype of {name} is {x.dtype}; allowed: float32, bfloat16"
            )
    if len({x.dtype.newbyteorder("=") for x in inputs.values()}) > 1:
        raise TypeError(f"{caller}: the inputs have two dtypes; allowed: one for both")
    return [x.astype(x.dtype.newbyteorder("="), copy=False) for x in inputs.values()]


def _float8(caller: str, dtype: DTypeLike) -> np.dtype[Any]:
    result: np.dtype[Any] = np.dtype(dtype)
    if result not in FLOAT8:
        raise TypeError(f"{caller}: dtype is {result}; allowed: float8_e4m3fn, float8_e5m2")
    return result


def _scale(scale: float) -> float:
    value = float(scale)
    if not 0 < value < math.inf:
        raise ValueError(f"the scale is {scale!r}; allowed: finite numbers above 0")
    return value


def _out(
    caller: str, out: NDArray[Any] | None, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> NDArray[Any]:
    if out is None:
        return np.empty(shape, dtype)
    if out.dtype != dtype or out.shape != shape:
        raise ValueError(
            f"{caller}: out is {out.dtype} of shape {out.shape}; allowed: {dtype} of shape {shape}"
        )
    return out


def _contiguous(result: NDArray[Any], inputs: tuple[NDArray[Any], ...]) -> NDArray[Any]:
    """Where the loops may write: the result's own memory if it is contiguous and no input's."""
    shared = any(np.may_share_memory(result, x) for x in inputs)
    own = result.flags.c_contiguous and result.flags.writeable and not shared
    return result if own else np.empty(result.shape, result.dtype)


def _finish(target: NDArray[Any], result: NDArray[Any]) -> NDArray[Any]:
    if target is not result:
        result[...] = target
    return result


def _matrix(x: NDArray[Any]) -> NDArray[Any]:
    """Rows along the last axis; nothing is copied where strides can say it."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1] if x.ndim else 1)


def _side_by_side(x: NDArray[Any]) -> NDArray[Any]:
    """A matrix whose rows' elements lie side by side."""
    return x if x.strides[1] == x.itemsize else np.ascontiguousarray(x)
