# SPDX-License-Identifier: Apache-2.0
"""Exact sums, and the gradient of a shared beta: what they are, whatever way the data is split."""

from __future__ import annotations

import copy
import itertools
import math
import pickle
from fractions import Fraction
from threading import Thread
from typing import Any

import cloudpickle
import numpy as np
import pytest
from common import DTYPES, Array, bits, finite, inputs, operands

import silu

dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)


def exactly(total: silu.ExactSum) -> Fraction:
    """A sum that is a number, as the documented bytes have it."""
    data = total.to_bytes()
    assert (len(data), data[:8], data[280]) == (281, b"silusum\1", 0)
    return Fraction(int.from_bytes(data[8:280], "little", signed=True), 2**1074)


def rounded(x: Any) -> float:
    """The sum of numbers, rounded once."""
    return math.fsum(np.ravel(x).tolist())


def wide_numbers(n: int) -> Array:
    """float64 numbers of all exponents but the largest, so that no sum overflows."""
    random = np.random.default_rng(7)
    encodings = random.integers(0, 2000 << 52, n, dtype=np.uint64)
    encodings |= random.integers(0, 2, n, dtype=np.uint64) << np.uint64(63)
    return encodings.view(np.float64)


def terms(dy: Any, x: Any, beta: Any) -> Array:
    """What is summed, in float64, where every element of the narrower dtypes is exact."""
    with np.errstate(invalid="ignore"):  # signalling NaNs
        wide = [np.asarray(each).astype(np.float64) for each in (dy, x, beta)]
    gradients: Array = silu.swish_backward(*wide)[1]
    return gradients


def test_sum_is_exact() -> None:
    x = wide_numbers(3000)
    total = silu.ExactSum(x)
    assert exactly(total) == sum(map(Fraction, x.tolist()))
    assert float(total) == rounded(x)
    total.add(-x)
    assert total == silu.ExactSum()
    assert bits(float(total)) == 0  # +0


@dtypes
def test_elements_of_every_dtype_and_layout_are_added(dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, 3000)
    x = x[finite(x)]
    x = x[: len(x) // 6 * 6].reshape(-1, 6)
    expected = sum(map(Fraction, x.astype(np.float64).ravel().tolist()))
    swapped = x.astype(dtype.newbyteorder()) if dtype.kind == "f" else x
    for same in (x, x[::-1], x.T, np.asfortranarray(x), swapped):
        assert exactly(silu.ExactSum(same)) == expected
    assert exactly(silu.ExactSum(x[::3, 1::2])) == sum(
        map(Fraction, x[::3, 1::2].astype(np.float64).ravel().tolist())
    )


@pytest.mark.parametrize(
    "x",
    [
        True,
        5,
        [2**63 - 1, -(2**63), 5],
        np.array([2**64 - 1, 1], np.uint64),
        np.array([-7, 3], np.int8),
        [[1, 2], [3, 4]],
    ],
    ids=str,
)
def test_integers_are_added_without_an_error(x: Any) -> None:
    assert exactly(silu.ExactSum(x)) == sum(int(each) for each in np.ravel(x))


def test_parts_merge_in_any_order() -> None:
    parts = [silu.ExactSum(x) for x in np.array_split(wide_numbers(5000), 4)]
    whole = silu.ExactSum(wide_numbers(5000))
    for order in itertools.permutations(parts):
        assert sum(order, silu.ExactSum()) == whole
        total = copy.copy(order[0])
        for part in order[1:]:
            total += part
        assert total == whole
    assert silu.ExactSum(wide_numbers(5000)[::-1]) == whole


def test_adding_to_one_sum_leaves_others_alone() -> None:
    one = silu.ExactSum([1.0])
    same = one
    other = copy.deepcopy(one)
    one += silu.ExactSum([2.0])
    one.add(4.0)
    assert same is one
    assert (float(one), float(other), float(one + other)) == (7.0, 1.0, 8.0)


def test_equal_where_nothing_added_could_tell_apart() -> None:
    assert silu.ExactSum([0.1, 0.2]) == silu.ExactSum([0.2, 0.1])
    assert silu.ExactSum([1.0]) != silu.ExactSum([1.0, 5e-324])
    assert silu.ExactSum([np.inf, 1.0]) == silu.ExactSum([np.inf])
    assert silu.ExactSum([np.inf, -np.inf]) == silu.ExactSum([np.nan])
    assert silu.ExactSum([1.0]) != 1.0
    with pytest.raises(TypeError):
        hash(silu.ExactSum())


def test_signalling_nan_is_quiet() -> None:
    x = np.array([0x7FA00000], np.uint32).view(np.float32)
    with np.errstate(all="raise"):
        assert math.isnan(float(silu.ExactSum(x)))


def test_special_values_are_ieees() -> None:
    assert float(silu.ExactSum([1.0, np.inf])) == math.inf
    assert float(silu.ExactSum([-np.inf, 1e308])) == -math.inf
    assert math.isnan(float(silu.ExactSum([np.inf, -np.inf])))
    assert float(silu.ExactSum([1.7e308, 1.7e308])) == math.inf
    assert float(silu.ExactSum([1.7e308, 1.7e308, -1.7e308])) == 1.7e308


@pytest.mark.parametrize("pickler", [pickle, cloudpickle], ids=["pickle", "cloudpickle"])
def test_sum_can_be_pickled(pickler: Any) -> None:
    for x in (wide_numbers(100), [np.inf], [np.nan], []):
        total = silu.ExactSum(x)
        assert pickle.loads(pickler.dumps(total)) == total
    assert pickle.loads(pickler.dumps(silu.ExactSum)) is silu.ExactSum


def test_bytes_of_no_sum_are_refused() -> None:
    good = silu.ExactSum([1.5]).to_bytes()
    message = "^bytes are not those of a sum; allowed: those that a sum was saved as$"
    for bad in (
        b"",
        good[:-1],
        good + b"\0",
        b"S" + good[1:],
        good[:-1] + b"\1",
        good[:-1] + b"\3",
    ):
        with pytest.raises(ValueError, match=message):
            silu.ExactSum.from_bytes(bad)
    wrong: Any = "text"
    with pytest.raises(TypeError):
        silu.ExactSum.from_bytes(wrong)


@pytest.mark.parametrize("x", [1j, "1", None, np.longdouble(1)], ids=str)
def test_other_summands_are_refused(x: Any) -> None:
    total = silu.ExactSum([1.0])
    with pytest.raises(TypeError, match=r"^ExactSum.add: the dtype of x is .*; allowed: float64, "):
        total.add(x)
    with pytest.raises(TypeError):
        total += x
    with pytest.raises(TypeError):
        total + x
    assert float(total) == 1.0


@dtypes
def test_gradient_is_the_sum_of_the_terms(dtype: np.dtype[Any]) -> None:
    random = np.random.default_rng(3)
    dy, x = ((2 * random.standard_normal(5003)).astype(dtype) for _ in range(2))
    for beta in (0.0, 1.0, -0.75, 20.0):
        gradient = silu.swish_beta_gradient(dy, x, dtype.type(beta))
        assert isinstance(gradient, np.float64)
        assert gradient == rounded(terms(dy, x, beta))


@dtypes
def test_gradient_of_any_encodings_is_ieees_sum(dtype: np.dtype[Any]) -> None:
    dy, x, beta = operands("swish_backward", dtype, 3000)
    gradients = terms(dy, x, beta)
    assert np.isnan(silu.swish_beta_gradient(dy, x, beta[0])) == np.isnan(
        float(silu.ExactSum(terms(dy, x, beta[0])))
    )
    usual = np.isfinite(gradients)
    sums = silu.swish_beta_gradient(dy[usual], x[usual], beta[usual], exact=True)
    assert sum(sums, silu.ExactSum()) == silu.ExactSum(gradients[usual])


# The shapes of x and dy, of beta, and over which axes the terms are summed.
SHAPES: list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = [
    ((), (), ()),
    ((7,), (), (0,)),
    ((7,), (1,), (0,)),
    ((7,), (7,), ()),
    ((4, 5), (5,), (0,)),
    ((4, 5), (4, 1), (1,)),
    ((2, 3, 4, 5), (3, 1, 1), (0, 2, 3)),
    ((2, 3, 4, 5), (2, 1, 4, 1), (1, 3)),
    ((2, 3), (5, 2, 3), ()),
    ((2, 1), (3,), (0,)),
    ((1100, 70), (70,), (0,)),
    ((0,), (), (0,)),
    ((0, 3), (3,), (0,)),
    ((3, 0), (1, 0), (0,)),
]


@pytest.mark.parametrize(("shape", "of_beta", "axes"), SHAPES, ids=str)
@dtypes
def test_gradient_has_betas_shape(
    dtype: np.dtype[Any], shape: tuple[int, ...], of_beta: tuple[int, ...], axes: tuple[int, ...]
) -> None:
    random = np.random.default_rng(4)
    dy, x, beta = (random.standard_normal(s).astype(dtype) for s in (shape, shape, of_beta))
    gradients = terms(dy, x, beta)
    kept = [i for i in range(gradients.ndim) if i not in axes]
    summed = math.prod(gradients.shape[i] for i in axes)
    rows = gradients.transpose([*kept, *axes]).reshape(math.prod(of_beta), summed)
    expected = np.array([rounded(row) for row in rows], np.float64).reshape(of_beta)
    for order in ("C", "F"):
        gradient = silu.swish_beta_gradient(np.array(dy, order=order), np.array(x), beta)
        assert gradient.shape == of_beta
        assert gradient.dtype == np.float64
        assert np.array_equal(bits(gradient), bits(expected))
    sums = silu.swish_beta_gradient(dy, x, beta, exact=True)
    assert np.array_equal(np.vectorize(float, otypes=[float])(sums).reshape(of_beta), expected)


def test_memory_may_lie_in_any_way() -> None:
    random = np.random.default_rng(5)
    dy, x = random.standard_normal((2, 60, 40)).astype(np.float32)
    beta = np.float32(1.25)
    raw = np.zeros(x.nbytes + 1, np.uint8)
    unaligned = raw[1:].view(np.float32).reshape(x.shape)
    unaligned[:] = x
    expected = silu.swish_beta_gradient(dy, x, beta, exact=True)
    for mine, other in (
        (dy[::-1, ::-1], x[::-1, ::-1]),
        (dy.T, x.T),
        (dy, unaligned),
        (dy, x.astype(">f4")),
        (np.repeat(dy, 2, axis=1)[:, ::2], x),
    ):
        assert silu.swish_beta_gradient(mine, other, beta, exact=True) == expected
    once = silu.swish_beta_gradient(dy[:1], x, beta)  # dy broadcasts
    assert once == silu.swish_beta_gradient(np.repeat(dy[:1], 60, axis=0), x, beta)


def test_parts_of_the_data_merge_to_the_whole() -> None:
    random = np.random.default_rng(6)
    dy, x = random.standard_normal((2, 1000, 8))
    beta = random.standard_normal(8)
    whole = silu.swish_beta_gradient(dy, x, beta, exact=True)
    assert whole.shape == (8,)
    order = random.permutation(1000)
    cuts = [0, 1, 300, 301, 1000]
    parts = [
        silu.swish_beta_gradient(dy[order[a:b]], x[order[a:b]], beta, exact=True)
        for a, b in itertools.pairwise(cuts)
    ]
    merged = parts[2] + parts[0] + parts[3] + parts[1]
    assert np.array_equal(merged, whole)
    assert np.array_equal(merged.astype(np.float64), silu.swish_beta_gradient(dy, x, beta))


def test_beta_is_the_one_that_swish_has() -> None:
    # Python's 0.1 is weak: beside float32 it is float32's 0.1, in the gradient as in swish itself.
    x = np.linspace(-3, 3, 100, dtype=np.float32)
    assert silu.swish_beta_gradient(x, x, 0.1) == silu.swish_beta_gradient(x, x, np.float32(0.1))
    assert silu.swish_beta_gradient(x, x, np.float64(0.1)) == rounded(terms(x, x, 0.1))
    assert silu.swish_beta_gradient([1, 2], [True, False], 1) == rounded(terms([1, 2], [1, 0], 1))


def test_operands_that_are_no_numbers_are_refused() -> None:
    wrong: Any = ["1"]
    for given, name in (((1j, 1, 1), "dy"), ((1, wrong, 1), "x"), ((1, 1, 1j), "beta")):
        with pytest.raises(
            TypeError, match=f"^swish_beta_gradient: the dtype of {name} is .*; allowed: float64, "
        ):
            silu.swish_beta_gradient(*given)
    with pytest.raises(ValueError, match="broadcast"):
        silu.swish_beta_gradient([1, 2], [1, 2, 3], 1)


def test_another_thread_runs_python_meanwhile() -> None:
    # With the lock held for the whole call, this thread could not count while it lasts.
    x = np.ones(1 << 22)
    alone = silu.swish_beta_gradient(x, x, 1.0)
    results: list[Any] = []
    for _ in range(100):
        started: list[bool] = []

        def work(started: list[bool] = started) -> None:
            started.append(True)
            results.append(silu.swish_beta_gradient(x, x, 1.0))

        worker = Thread(target=work)
        worker.start()
        turns = 0
        while worker.is_alive():
            turns += bool(started)
        worker.join()
        assert results[-1] == alone
        if turns > 1000:
            return
    raise AssertionError("never ran beside it in 100 runs")
