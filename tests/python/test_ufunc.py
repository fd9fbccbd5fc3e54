# SPDX-License-Identifier: Apache-2.0
"""The functions are NumPy ufuncs, in all that a ufunc can be asked for."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import ml_dtypes
import numpy as np
import pytest
from common import DTYPES, FUNCTIONS, UFUNCS, Array, bits, inputs

import silu

N = 20011  # more than one block of the adapter and more than NumPy's buffer

functions = pytest.mark.parametrize("name", FUNCTIONS)
dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)


def strided(x: Array, step: int) -> Array:
    room = np.zeros(abs(step) * x.size, x.dtype)
    room[::step] = x
    return room[::step]


def unaligned(x: Array) -> Array:
    room = np.zeros(x.nbytes + 1, np.uint8)[1:]
    room[:] = x.view(np.uint8)
    view = room.view(x.dtype)
    assert not view.flags.aligned or x.itemsize == 1
    return view


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "every second": lambda x: strided(x, 2),
    "every third, backwards": lambda x: strided(x, -3),
    "backwards": lambda x: strided(x, -1),
    "unaligned": unaligned,
    "unaligned and strided": lambda x: unaligned(np.repeat(x, 2))[::2],
    "Fortran order": lambda x: np.asfortranarray(x[: x.size // 7 * 7].reshape(7, -1)),
    "transposed": lambda x: x[: x.size // 7 * 7].reshape(7, -1).T,
    "a part of a table": lambda x: x[: x.size // 7 * 7].reshape(-1, 7)[:, 1:5],
    "broadcast": lambda x: np.broadcast_to(x[:100, None], (100, 50)),
    "repeated": lambda x: np.broadcast_to(x[20:21], (N,)),
    "0-d": lambda x: x[100].reshape(()),
    "empty": lambda x: x[:0].reshape(0, 3),
}


@functions
def test_is_a_ufunc_of_one_input(name: str) -> None:
    f = FUNCTIONS[name]
    assert isinstance(f, np.ufunc)
    assert (f.__name__, f.nin, f.nout) == (name, 1, 1)


@functions
@dtypes
def test_dtype_is_kept(name: str, dtype: np.dtype[Any]) -> None:
    assert FUNCTIONS[name](np.ones(3, dtype)).dtype == dtype
    assert FUNCTIONS[name](dtype.type(1)).dtype == dtype


@functions
@pytest.mark.parametrize("code", "?bBhHiIlLqQ")
def test_bool_and_integers_promote_as_in_exp(name: str, code: str) -> None:
    x = np.array([0, 1, 5], code)
    result = FUNCTIONS[name](x)
    assert result.dtype == np.exp(x).dtype
    assert np.array_equal(result, FUNCTIONS[name](x.astype(result.dtype)))


@pytest.mark.parametrize("x", [True, 2, 2.5, [1, 2], [[True], [False]]])
def test_python_numbers_promote_as_in_exp(x: Any) -> None:
    result, like = silu.silu(x), np.exp(x)
    assert (type(result), result.dtype, result.shape) == (type(like), like.dtype, like.shape)


@pytest.mark.parametrize("given", [int, float, np.dtype(np.int8), np.dtype(np.float16)])
def test_dtypes_are_foretold_as_for_exp(given: Any) -> None:
    assert silu.silu.resolve_dtypes((given, None)) == np.exp.resolve_dtypes((given, None))


@functions
@pytest.mark.parametrize(
    ("x", "dtype"),
    [
        (1j, "complex128"),
        (np.ones(2, np.complex64), "complex64"),
        (np.array([1.0, None]), "object"),
        (10**30, "object"),
        (np.ones(2, "M8[s]"), "datetime64"),
        (np.ones(2, "m8[s]"), "timedelta64"),
        ("text", "<U0"),
        (np.ones(2, ml_dtypes.int4), "int4"),
        (np.ones(2, ml_dtypes.float8_e4m3b11fnuz), "float8_e4m3b11fnuz"),
    ],
)
def test_other_dtypes_are_refused_by_name(name: str, x: Any, dtype: str) -> None:
    with pytest.raises(TypeError) as error:
        FUNCTIONS[name](x)
    assert str(error.value) == (
        f"{name}: the dtype of x is {dtype}; allowed: float64, float32, float16, bfloat16,"
        " float8_e4m3fn, float8_e5m2; bool and integers, as in numpy.exp"
    )


@pytest.mark.parametrize("asked", ["i4", "F", "O", "g"])
def test_other_dtypes_cannot_be_asked_for(asked: str) -> None:
    with pytest.raises(TypeError, match=r"float8_e5m2$"):
        silu.silu([1.0], dtype=asked)


def test_input_and_output_have_one_dtype() -> None:
    with pytest.raises(TypeError, match="the same dtype for all inputs and outputs"):
        silu.silu([1.0], signature=(np.float64, np.float32))


@functions
@dtypes
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_of_the_input_changes_no_bit(name: str, dtype: np.dtype[Any], layout: str) -> None:
    x = LAYOUTS[layout](inputs(dtype, N))
    result = FUNCTIONS[name](x)
    assert result.shape == x.shape
    assert np.array_equal(bits(result), bits(FUNCTIONS[name](np.ascontiguousarray(x))))


@functions
@dtypes
def test_array_and_scalars_have_the_same_bits(name: str, dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, 500)[-1000:]
    one_by_one = np.array([FUNCTIONS[name](value) for value in x], dtype)
    assert np.array_equal(bits(FUNCTIONS[name](x)), bits(one_by_one))


@pytest.mark.parametrize("code", [">f8", ">f4", ">f2"])
def test_foreign_byte_order_is_read(code: str) -> None:
    native = inputs(np.dtype(code).newbyteorder("="), N)
    result = silu.silu(native.byteswap().view(code))
    assert result.dtype.isnative
    assert np.array_equal(bits(result), bits(silu.silu(native)))


@dtypes
@pytest.mark.parametrize("step", [1, 2, -1, -3])
def test_out_of_any_stride_is_written(dtype: np.dtype[Any], step: int) -> None:
    x = inputs(dtype, N)
    room = np.full(abs(step) * x.size, 7, dtype)
    out = room[::step]
    assert silu.silu(x, out=out) is out
    assert np.array_equal(bits(out), bits(silu.silu(x)))
    assert np.count_nonzero(bits(room) == bits(dtype.type(7))) >= room.size - x.size


@dtypes
def test_unaligned_out_is_written(dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, N)
    out = unaligned(np.zeros_like(x))
    silu.silu(unaligned(x), out=out)
    assert np.array_equal(bits(out), bits(silu.silu(x)))


@dtypes
@pytest.mark.parametrize(
    ("read", "write"),
    [
        (slice(None), slice(None)),
        (slice(None), slice(None, None, -1)),
        (slice(1, None), slice(None, -1)),
        (slice(None, -1), slice(1, None)),
        (slice(5000, None), slice(None, -5000)),
        (slice(None, -5000), slice(5000, None)),
        (slice(None, None, 2), slice(None, None, 2)),
        (slice(0, 2 * (N // 2), 2), slice(0, N // 2)),
        (slice(-2, None, -1), slice(-1, 0, -1)),
    ],
    ids=str,
)
def test_overlap_of_input_and_output_does_no_harm(
    dtype: np.dtype[Any], read: slice, write: slice
) -> None:
    x = inputs(dtype, N)[-N:]
    expected = x.copy()
    expected[write] = silu.silu(x[read].copy())
    silu.silu(x[read], out=x[write])
    assert np.array_equal(bits(x), bits(expected))


@dtypes
def test_where_leaves_the_rest_alone(dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, N)
    where = np.random.default_rng(1).random(x.size) < 0.5
    out = np.full(x.size, 7, dtype)
    silu.silu(x, out=out, where=where)
    assert np.array_equal(bits(out), np.where(where, bits(silu.silu(x)), bits(dtype.type(7))))


@dtypes
def test_at_works_in_place_by_index(dtype: np.dtype[Any]) -> None:
    x = np.array([1, 2, 3, 4], dtype)
    silu.silu.at(x, [0, 3])
    one, _, _, four = silu.silu(np.array([1, 2, 3, 4], dtype))
    assert x.tolist() == [one, 2, 3, four]


def test_dtype_argument_sets_the_dtype_of_the_computation() -> None:
    x = np.array([1.0, 2.0], np.float32)
    assert silu.silu(x, dtype=np.float64).tolist() == silu.silu([1.0, 2.0]).tolist()
    assert silu.silu(x, signature="d->d").dtype == np.float64
    half = silu.silu(x, dtype=ml_dtypes.bfloat16, casting="unsafe")
    assert half.dtype == ml_dtypes.bfloat16
    assert silu.silu(half, dtype=np.float32).dtype == np.float32


def test_casting_rules_are_numpys() -> None:
    x = np.ones(2, np.float32)
    assert silu.silu(x, out=np.empty(2, np.float64)).dtype == np.float64
    with pytest.raises(TypeError, match="Cannot cast"):
        silu.silu(x, out=np.empty(2, np.int32))
    with pytest.raises(TypeError, match="Cannot cast"):
        silu.silu(np.ones(2, np.int8), casting="no")
    with pytest.raises(TypeError, match="Cannot cast"):
        silu.silu(x, dtype=np.float16, casting="safe")
    out = np.full(2, 9, np.int32)
    silu.silu(x * 4, out=out, casting="unsafe")
    assert out.tolist() == [3, 3]  # of 3.928


def test_result_of_a_view_of_a_class_is_of_the_class() -> None:
    class Labelled(np.ndarray[Any, Any]):
        pass

    x = np.ones(3).view(Labelled)
    assert type(silu.silu(x)) is Labelled
    assert type(silu.silu(x, subok=False)) is np.ndarray
    masked = silu.silu(np.ma.masked_array([1.0, 2.0], [True, False]))
    assert masked.mask.tolist() == [True, False]


def test_array_ufunc_protocol_is_followed() -> None:
    class Lazy:
        def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **kw: Any) -> Any:
            return ufunc, method, args, kw

    lazy = Lazy()
    assert silu.silu(lazy, where=True) == (silu.silu, "__call__", (lazy,), {"where": True})


@functions
@dtypes
def test_raises_no_floating_point_error(name: str, dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, N)
    with np.errstate(all="raise"):
        FUNCTIONS[name](x)
        FUNCTIONS[name](strided(x, 2))


def test_leaves_no_floating_point_exception_flag() -> None:
    # In a process of its own: flags are a thread's, and any arithmetic may set them.
    program = """
import ctypes, ctypes.util, sys
import numpy as np, silu
sys.path.insert(0, sys.argv[1])
from common import DTYPES, FUNCTIONS, OPERATORS, inputs, operands, parameters
libm = ctypes.CDLL(ctypes.util.find_library("m"))
serious = 0x1 | 0x4 | 0x8 | 0x10  # invalid, division by zero, overflow, underflow, on x86
for dtype in DTYPES.values():
    x = inputs(dtype, 20011)
    out = np.empty_like(x)
    for f in FUNCTIONS.values():
        libm.feclearexcept(serious)
        f(x, out)
        assert libm.fetestexcept(serious) == 0, (f, dtype)
    for name, f in OPERATORS.items():
        given = operands(name, dtype, 20011)
        out = tuple(np.empty_like(given[0]) for _ in range(f.nout))
        libm.feclearexcept(serious)
        f(*given, *parameters(name), out=out)
        assert libm.fetestexcept(serious) == 0, (name, dtype)
"""
    folder = str(Path(__file__).parent)
    subprocess.run([sys.executable, "-c", program, folder], check=True)


@pytest.mark.parametrize("name", UFUNCS)
@pytest.mark.parametrize("pickler", [pickle, cloudpickle], ids=["pickle", "cloudpickle"])
def test_pickles_to_itself(name: str, pickler: Any) -> None:
    f = UFUNCS[name]
    assert pickle.loads(pickler.dumps(f)) is f


def test_pickle_is_read_by_another_process() -> None:
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer)(1.0))"
    dumped = pickle.dumps(silu.silu)
    result = subprocess.run(
        [sys.executable, "-c", program], input=dumped, capture_output=True, check=True
    )
    assert float(result.stdout) == 1 / (1 + math.exp(-1))
