# SPDX-License-Identifier: Apache-2.0
"""The functions of several inputs are NumPy ufuncs, in all that a ufunc can be asked for."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from common import (
    DTYPES,
    OPERATOR_INPUTS,
    OPERATORS,
    Array,
    bits,
    operands,
    outputs,
    parameters,
    same,
)

import silu

N = 20011  # more than one block of the adapter and more than NumPy's buffer

OUTPUTS = {name: f.nout for name, f in OPERATORS.items()}

operators = pytest.mark.parametrize("name", OPERATORS)
dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)


def call(name: str, *given: Any, **options: Any) -> Any:
    return OPERATORS[name](*given, *parameters(name), **options)


def count(name: str) -> int:
    return len(OPERATOR_INPUTS[name]) - len(parameters(name))


def strided(x: Array, step: int) -> Array:
    room = np.zeros((abs(step) * x.shape[0], *x.shape[1:]), x.dtype)
    room[::step] = x
    return room[::step]


def unaligned(x: Array) -> Array:
    room = np.zeros(x.nbytes + 1, np.uint8)[1:]
    room[:] = np.ascontiguousarray(x).view(np.uint8).ravel()
    return room.view(x.dtype).reshape(x.shape)


LAYOUTS: list[Callable[[Array], Array]] = [
    lambda x: strided(x, 2),
    lambda x: strided(x, -3),
    unaligned,
    lambda x: strided(x, -1),
    lambda x: np.ascontiguousarray(x),
]


def test_the_tests_know_every_operator() -> None:
    assert OPERATOR_INPUTS.keys() == OPERATORS.keys()
    assert {name: f.nin for name, f in OPERATORS.items()} == {
        name: len(given) for name, given in OPERATOR_INPUTS.items()
    }


@operators
def test_is_exported_by_its_name(name: str) -> None:
    assert OPERATORS[name].__name__ == name
    assert callable(getattr(silu, name))


@operators
@dtypes
def test_dtype_is_kept(name: str, dtype: np.dtype[Any]) -> None:
    for given in (np.ones(3, dtype), dtype.type(1)):
        results = outputs(call(name, *[given] * count(name)))
        assert [result.dtype for result in results] == [dtype] * OUTPUTS[name]


KNOWN = [np.dtype(code) for code in "?bBhHiIlLqQefd"] + [np.dtype(ml_dtypes.bfloat16)]


@pytest.mark.parametrize(("one", "other"), [*itertools.product(KNOWN, repeat=2)])
def test_dtypes_promote_as_in_logaddexp(one: np.dtype[Any], other: np.dtype[Any]) -> None:
    x, y = np.ones(2, one), np.ones(2, other)
    like = np.logaddexp(x, y).dtype
    assert silu.swiglu(x, y).dtype == like
    assert [result.dtype for result in silu.swish_backward(x, y, x)] == [like] * 2
    assert silu.swiglu_clamped(x, y).dtype == like
    assert same(silu.swiglu(x, y), silu.swiglu(x.astype(like), y.astype(like)))


@pytest.mark.parametrize("dtype", KNOWN)
@pytest.mark.parametrize("number", [True, 2, 2.5])
def test_python_numbers_are_weak(dtype: np.dtype[Any], number: float) -> None:
    x = np.ones(2, dtype)
    # ml_dtypes takes a float as a float32 there, but an int as a bfloat16.
    like = dtype if dtype == ml_dtypes.bfloat16 else np.logaddexp(x, number).dtype
    assert silu.swiglu(x, number).dtype == like
    assert silu.swiglu(number, x).dtype == like
    assert silu.swiglu_clamped(x, number).dtype == like
    assert [result.dtype for result in silu.swiglu_backward(number, x, number)] == [like] * 2
    assert same(silu.swiglu(x, number), silu.swiglu(x.astype(like), np.array(number, like)))


FLOAT8 = [np.dtype(ml_dtypes.float8_e4m3fn), np.dtype(ml_dtypes.float8_e5m2)]


@pytest.mark.parametrize("dtype", FLOAT8)
def test_float8_is_kept_beside_itself_alone(dtype: np.dtype[Any]) -> None:
    x = np.ones(2, dtype)
    assert silu.swiglu(x, 2.5).dtype == dtype
    assert silu.swiglu(2, x).dtype == dtype
    for other in [*KNOWN, *FLOAT8]:
        like = np.dtype(np.float32) if other in FLOAT8 else np.promote_types(np.float32, other)
        result = silu.swiglu(x, np.ones(2, other))
        assert result.dtype == (dtype if other == dtype else like)


@pytest.mark.parametrize("given", [(True, False), (2, True), (2, 3), (2, 3.5), (2.5, 3.5)])
def test_python_numbers_alone_promote_as_in_logaddexp(given: tuple[float, float]) -> None:
    result, like = silu.swiglu(*given), np.logaddexp(*given)
    assert (type(result), result.dtype) == (type(like), like.dtype)


@operators
@pytest.mark.parametrize(
    ("x", "dtype"),
    [
        (1j, "complex"),
        (np.ones(2, np.complex64), "complex64"),
        (np.array([1.0, None]), "object"),
        (np.ones(2, "M8[s]"), "datetime64"),
        ("text", "<U0"),
        (np.ones(2, np.longdouble), str(np.dtype(np.longdouble))),
        (np.ones(2, ml_dtypes.float8_e4m3b11fnuz), "float8_e4m3b11fnuz"),
    ],
)
def test_other_dtypes_are_refused_by_input(name: str, x: Any, dtype: str) -> None:
    for place in range(count(name)):
        given: list[Any] = [np.ones(2)] * count(name)
        given[place] = x
        with pytest.raises(TypeError) as error:
            call(name, *given)
        assert str(error.value) == (
            f"{name}: the dtype of {OPERATOR_INPUTS[name][place]} is {dtype};"
            " allowed: float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2;"
            " bool and integers, as in numpy.exp"
        )


@operators
def test_dtype_argument_sets_the_dtype_of_the_computation(name: str) -> None:
    given = operands(name, np.dtype(np.float32), 100)
    wide = [x.astype(np.float64) for x in given]
    assert same(call(name, *given, dtype=np.float64), call(name, *wide))
    for result in outputs(call(name, *given, dtype=ml_dtypes.bfloat16, casting="unsafe")):
        assert result.dtype == ml_dtypes.bfloat16
    with pytest.raises(TypeError, match="Cannot cast"):
        call(name, *given, dtype=np.float16, casting="safe")
    with pytest.raises(TypeError, match=f"^{name}: the dtype asked for is int32; allowed: float64"):
        call(name, *given, dtype=np.int32)


def test_inputs_and_outputs_have_one_dtype() -> None:
    with pytest.raises(TypeError, match=r"^swiglu: .* the same dtype for all inputs and outputs$"):
        silu.swiglu(1.0, 1.0, signature=(np.float64, None, np.float32))


@operators
@dtypes
def test_layout_of_the_inputs_changes_no_bit(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, N)
    expected = call(name, *given)
    for first in range(len(LAYOUTS)):
        laid = [LAYOUTS[(first + k) % len(LAYOUTS)](x) for k, x in enumerate(given)]
        assert same(call(name, *laid), expected)
    table = [x[: N // 7 * 7].reshape(7, -1) for x in given]
    expected = call(name, *table)
    assert same(call(name, *map(np.asfortranarray, table)), expected)
    transposed = outputs(call(name, *(x.T for x in table)))
    assert same(tuple(result.T for result in transposed), expected)
    part = [x[1:6, 3:50] for x in table]
    assert same(call(name, *part), call(name, *(x.copy() for x in part)))


@operators
@dtypes
def test_broadcasting_changes_no_bit(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, 600)
    shapes = [(30, 1), (1, 300), ()]
    for order in itertools.permutations(shapes):
        small = [
            x[: np.prod(shape, dtype=int)].reshape(shape)
            for x, shape in zip(given, order, strict=False)
        ]
        whole = [np.ascontiguousarray(x) for x in np.broadcast_arrays(*small)]
        assert same(call(name, *small), call(name, *whole))


@operators
@dtypes
def test_array_and_scalars_have_the_same_bits(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, 300)
    results = outputs(call(name, *given))
    for i, values in enumerate(zip(*given, strict=True)):
        assert same(call(name, *values), tuple(result[i] for result in results))


@operators
def test_empty_arrays_give_empty_arrays(name: str) -> None:
    for result in outputs(call(name, *[np.ones((0, 3), np.float32)] * count(name))):
        assert (result.shape, result.dtype) == ((0, 3), np.float32)


def test_shapes_that_do_not_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match="could not be broadcast"):
        silu.swiglu(np.ones(3), np.ones(4))


@operators
@dtypes
@pytest.mark.parametrize("step", [1, 2, -1, -3])
def test_out_of_any_stride_is_written(name: str, dtype: np.dtype[Any], step: int) -> None:
    given = operands(name, dtype, N)
    out = tuple(strided(np.zeros(N, dtype), step) for _ in range(OUTPUTS[name]))
    results = call(name, *given, out=out)
    assert all(result is into for result, into in zip(outputs(results), out, strict=True))
    assert same(out, call(name, *given))
    for into in out:
        assert np.count_nonzero(bits(into.base)) <= N
    out = tuple(unaligned(into) for into in out)
    call(name, *given, out=out)
    assert same(out, call(name, *given))


@operators
def test_out_of_another_dtype_is_cast(name: str) -> None:
    given = operands(name, np.dtype(np.float32), 1000)
    out = tuple(np.empty(1000, np.float64) for _ in range(OUTPUTS[name]))
    call(name, *given, out=out)
    results = outputs(call(name, *given))
    assert same(out, tuple(result.astype(np.float64) for result in results))
    with pytest.raises(TypeError, match="Cannot cast"):
        call(name, *given, out=tuple(np.empty(1000, np.int32) for _ in range(OUTPUTS[name])))


@operators
@dtypes
def test_where_leaves_the_rest_alone(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, N)
    where = np.random.default_rng(1).random(N) < 0.5
    out = tuple(np.full(N, 7, dtype) for _ in range(OUTPUTS[name]))
    call(name, *given, out=out, where=where)
    for into, result in zip(out, outputs(call(name, *given)), strict=True):
        assert np.array_equal(bits(into), np.where(where, bits(result), bits(dtype.type(7))))


WHOLE = slice(None)
VIEWS = [
    (WHOLE, WHOLE),
    (WHOLE, slice(None, None, -1)),
    (slice(1, None), slice(None, -1)),
    (slice(None, -1), slice(1, None)),
    (slice(5000, None), slice(None, -5000)),
    (slice(None, -5000), slice(5000, None)),
    (slice(None, None, 2), slice(None, None, 2)),
    (slice(0, 2 * (N // 2), 2), slice(1, 2 * (N // 2) + 1, 2)),
    (slice(0, 2 * (N // 2), 2), slice(0, N // 2)),
    (slice(-2, None, -1), slice(-1, 0, -1)),
]


@operators
@dtypes
@pytest.mark.parametrize(("read", "write"), VIEWS, ids=str)
def test_overlap_of_an_input_and_an_output_does_no_harm(
    name: str, dtype: np.dtype[Any], read: slice, write: slice
) -> None:
    given = operands(name, dtype, N)
    for source, target in itertools.product(range(count(name)), range(OUTPUTS[name])):
        shared = given[source].copy()
        laid = [x[read].copy() for x in given]
        expected = outputs(call(name, *laid))
        after = shared.copy()
        after[write] = expected[target]
        laid[source] = shared[read]
        out: list[Array | None] = [None] * OUTPUTS[name]
        out[target] = shared[write]
        results = outputs(call(name, *laid, out=tuple(out)))
        assert same(results, expected)
        assert np.array_equal(bits(shared), bits(after))


@pytest.mark.parametrize("name", [name for name, number in OUTPUTS.items() if number == 2])
@dtypes
def test_two_outputs_take_the_place_of_two_inputs(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, N)
    expected = call(name, *given)
    for places in itertools.permutations(range(3), 2):
        shared = [x.copy() for x in given]
        assert same(call(name, *shared, out=tuple(shared[k] for k in places)), expected)
    one, other = operands(name, dtype, 2 * N)[:2]
    shared = [one[:N], one[N:], other[:N]]
    expected = call(name, *(x.copy() for x in shared))
    assert same(call(name, *shared, out=(one[1 : N + 1], other[5 : N + 5])), expected)


def test_an_input_can_be_given_twice() -> None:
    (x, _) = operands("swiglu", np.dtype(np.float32), N)
    expected = silu.swiglu(x.copy(), x.copy())
    assert same(silu.swiglu(x, x), expected)
    assert same(silu.swiglu(x, x, out=x), expected)


@dtypes
def test_reductions_go_element_by_element(dtype: np.dtype[Any]) -> None:
    x = (1 + np.arange(300) % 5 / 4).astype(dtype)
    accumulated = [x[0]]
    for value in x[1:]:
        accumulated.append(silu.swiglu(accumulated[-1], value))
    assert same(silu.swiglu.accumulate(x), np.array(accumulated))
    assert same(silu.swiglu.reduce(x), accumulated[-1])
    assert same(silu.swiglu.outer(x, x), silu.swiglu(x[:, None], x))


@operators
@dtypes
def test_raises_no_floating_point_error(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, N)
    with np.errstate(all="raise"):
        call(name, *given)


def test_result_of_a_view_of_a_class_is_of_the_class() -> None:
    class Labelled(np.ndarray[Any, Any]):
        pass

    assert type(silu.swiglu(np.ones(3), np.ones(3).view(Labelled))) is Labelled
    for result in silu.swiglu_backward(np.ones(3), np.ones(3).view(Labelled), 2.0):
        assert type(result) is Labelled


def test_parameters_may_be_arrays_for_the_ufunc() -> None:
    a, b = operands("swiglu_clamped", np.dtype(np.float32), 600)
    alpha = np.repeat([1.0, 1.5, 1.702], 200)
    limit = np.repeat([7.0, 3.0], 300)
    f = OPERATORS["swiglu_clamped"]
    one_by_one = [f(*given) for given in zip(a, b, alpha, limit, strict=True)]
    assert same(f(a, b, alpha, limit), np.array(one_by_one))
    with pytest.raises(
        ValueError, match=r"^swiglu_clamped: alpha is 1e.300 and limit is 7.0, for f"
    ):
        f(a, b, 1e300, 7.0)
