# SPDX-License-Identifier: Apache-2.0
"""Exact sums, and the gradient of a beta that elements share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _ufuncs


class ExactSum:
    """The exact sum of any number of numbers.

    No order of addition, number of threads or split of the data changes a bit:
    the parts of a sum can be made anywhere, pickled, and merged in any order. An
    object must not be added to by two threads at once; give each one of its own.

    Value
    -----
    float(total) is the exact sum, rounded once, to nearest, ties to even; +0
    where it is 0.

    Dtypes
    ------
    Of what is added: float64, float32, float16 and ml_dtypes' bfloat16,
    float8_e4m3fn and float8_e5m2; bool and integers, without an error. Anything
    else is a TypeError.

    Exactness
    ---------
    Sums are equal (==) where nothing that is added to both could tell them apart.

    Special values
    --------------
    With infinities or NaN among what was added, as in IEEE 754: infinities of
    both signs make a NaN. A sum of 2^1100 or more in magnitude (2^76 of the
    largest numbers) is NaN.

    Source
    ------
    R. M. Neal: Fast exact summation using small and large superaccumulators
    (2015), arXiv:1505.05571.

    Examples
    --------
    >>> import numpy as np, silu
    >>> total = silu.ExactSum([1e300, 1.0, -1e300])
    >>> float(total)
    1.0
    >>> total.add(np.full(10, 0.1))
    >>> float(total)
    2.0
    >>> parts = [silu.ExactSum(x) for x in np.split(np.linspace(0, 1, 1000), 4)]
    >>> sum(parts, silu.ExactSum()) == sum(reversed(parts), silu.ExactSum())
    True
    """

    __slots__ = ("_bytes",)

    def __init__(self, x: ArrayLike = ()) -> None:
        self._bytes = _ufuncs.EMPTY_SUM
        self.add(x)

    def add(self, x: ArrayLike) -> None:
        """Adds a number, or each element of an array.

        >>> import silu
        >>> total = silu.ExactSum()
        >>> total.add([0.1, 0.2])
        >>> total.add(-0.1)
        >>> float(total)
        0.2
        """
        array = np.asarray(x)
        if array.size == 0:
            return
        _resolve(_ufuncs.silu, "ExactSum.add", array.dtype, None)
        if array.dtype.kind in "iu" and array.dtype.itemsize == 8:
            # Not all of these integers are float64 numbers; their halves are.
            self._add(array >> 32, 2.0**32)
            self._add(array & 0xFFFFFFFF)
        else:
            self._add(array)

    def _add(self, array: NDArray[Any], scale: float = 1.0) -> None:
        """Adds scale, a power of two, times each element; the products are float64 numbers."""
        chunks: Any = np.nditer(
            array,
            flags=["external_loop", "buffered"],
            op_dtypes=[np.float64],
            casting="same_kind",
            buffersize=1 << 16,
        )
        total = self._bytes
        with np.errstate(invalid="ignore"):  # signalling NaNs, as they are cast
            for chunk in chunks:
                total = _ufuncs.sum_add(total, chunk if scale == 1 else chunk * scale)
        self._bytes = total

    def __iadd__(self, other: ExactSum) -> ExactSum:
        if not isinstance(other, ExactSum):
            return NotImplemented
        self._bytes = _ufuncs.sum_merge(self._bytes, other._bytes)
        return self

    def __add__(self, other: ExactSum) -> ExactSum:
        if not isinstance(other, ExactSum):
            return NotImplemented
        return ExactSum.from_bytes(_ufuncs.sum_merge(self._bytes, other._bytes))

    def __float__(self) -> float:
        return _ufuncs.sum_value(self._bytes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExactSum):
            return NotImplemented
        return self._bytes == other._bytes

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"<silu.ExactSum, {float(self)!r} when rounded>"

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return ExactSum.from_bytes, (self._bytes,)

    def to_bytes(self) -> bytes:
        """The sum as bytes, the same on every machine, and the same for equal sums.

        Their format is told in silu/sum.h: from the ninth byte on, the sum in
        units of 2^-1074, as an integer.

        >>> import silu
        >>> data = silu.ExactSum([1.0, 5e-324]).to_bytes()
        >>> int.from_bytes(data[8:280], "little", signed=True) == 2**1074 + 1
        True
        """
        return self._bytes

    @staticmethod
    def from_bytes(data: bytes) -> ExactSum:
        """The sum that to_bytes gave data for; a ValueError for other bytes.

        >>> import silu
        >>> total = silu.ExactSum([0.1, 0.2])
        >>> silu.ExactSum.from_bytes(total.to_bytes()) == total
        True
        """
        result = ExactSum()
        _ufuncs.sum_value(data)  # refuses what is none
        result._bytes = data
        return result


@overload
def swish_beta_gradient(
    dy: ArrayLike, x: ArrayLike, beta: ArrayLike, *, exact: Literal[False] = False
) -> Any: ...
@overload
def swish_beta_gradient(
    dy: ArrayLike, x: ArrayLike, beta: float | np.floating[Any], *, exact: Literal[True]
) -> ExactSum: ...
@overload
def swish_beta_gradient(
    dy: ArrayLike, x: ArrayLike, beta: ArrayLike, *, exact: Literal[True]
) -> Any: ...
def swish_beta_gradient(
    dy: ArrayLike, x: ArrayLike, beta: ArrayLike, *, exact: bool = False
) -> Any:
    """The gradient of swish for a beta that elements share.

    It has beta's shape, in float64: what swish_backward has for beta, summed over
    the elements that each beta was broadcast to. So it is a number for a number,
    and has shape (channels, 1, 1) for a beta of that shape and an x of shape
    (batch, channels, height, width). With exact=True: not the rounded sums, but
    silu.ExactSum, or an array of them, to be merged by + with those of other
    parts of the data.

    Value
    -----
    sum of dy x^2 sigmoid'(beta x), where sigmoid'(u) = s (1 - s) and
    s = sigmoid(u) = 1 / (1 + e^-u).

    Dtypes
    ------
    As in silu.swish_backward; the result is float64.

    Exactness
    ---------
    Each term is the exact value rounded once to float64, and their exact sum is
    rounded once more. So the result has the same bits for any order and split of
    the elements, on every machine. No floating-point warning is ever raised by
    the computation.

    Special values
    --------------
    The terms' are those of silu.swish_backward; they are summed as in IEEE 754.
    +0 where there is nothing to sum.

    Examples
    --------
    >>> import numpy as np, silu
    >>> dy = np.array([[1, 2, -1], [3, 0.5, 1]])
    >>> x = np.array([[1, -1, 2], [0.5, 3, -2]])
    >>> silu.swish_beta_gradient(dy, x, 1.5)
    np.float64(0.6597586352823727)

    One beta for each column, and one for each row:

    >>> silu.swish_beta_gradient(dy, x, np.array([1.0, 1.5, 2.0]))
    array([0.37286472, 0.34719094, 0.        ])
    >>> silu.swish_beta_gradient(dy, x, np.array([[1.5], [1.0]]))
    array([[0.26673272],
           [0.79952209]])

    Parts of the data, as workers have them:

    >>> one = silu.swish_beta_gradient(dy[0], x[0], 1.5, exact=True)
    >>> other = silu.swish_beta_gradient(dy[1], x[1], 1.5, exact=True)
    >>> float(other + one)
    0.6597586352823727
    """
    dtype = _resolve(
        _ufuncs.swish_backward,
        "swish_beta_gradient",
        *(_weak_dtype(each) for each in (dy, x, beta)),
        None,
        None,
    )
    arrays = [np.asarray(each, dtype) for each in (dy, x, beta)]
    return _gradient(arrays, arrays[2].shape, exact=exact)


def _gradient(arrays: Sequence[NDArray[Any]], shape: tuple[int, ...], *, exact: bool) -> Any:
    """Sums of the given shape."""
    common = np.broadcast_shapes(*(array.shape for array in arrays))
    missing = len(common) - len(shape)
    # An axis that beta has itself is kept; those that it was stretched along are summed over.
    kept = [i for i in range(missing, len(common)) if common[i] == shape[i - missing]]
    order = kept + [i for i in range(len(common)) if i not in kept]
    dy, x, beta = (np.broadcast_to(array, common).transpose(order) for array in arrays)
    count = int(np.prod(shape, dtype=np.intp))
    if not exact:
        values = np.empty(count, np.float64)
        _ufuncs.swish_beta_sums(dy, x, beta, len(kept), values)
        return values.reshape(shape)[()]
    encoded = np.empty((count, len(_ufuncs.EMPTY_SUM)), np.uint8)
    _ufuncs.swish_beta_sums(dy, x, beta, len(kept), encoded)
    sums = np.empty(count, object)
    for i, row in enumerate(encoded):
        sums[i] = ExactSum.from_bytes(row.tobytes())
    return sums.reshape(shape)[()]


def _weak_dtype(x: ArrayLike) -> Any:
    """What NumPy takes an operand for: Python's numbers have no dtype of their own."""
    return type(x) if type(x) in (int, float) else np.asarray(x).dtype


def _resolve(ufunc: np.ufunc, name: str, *dtypes: Any) -> np.dtype[Any]:
    """The dtype that a ufunc computes in; its refusal in the name of another function."""
    try:
        resolved: np.dtype[Any] = ufunc.resolve_dtypes(dtypes)[0]
    except TypeError as error:
        raise TypeError(str(error).replace(ufunc.__name__, name, 1)) from None
    return resolved
