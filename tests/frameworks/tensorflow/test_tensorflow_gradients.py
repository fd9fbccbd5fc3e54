# SPDX-License-Identifier: Apache-2.0
"""Gradients are the library's functions, rounded once; further ones agree with differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from common import DTYPES, same

import silu
import silu.tensorflow as st

NARROW = ["float64", "float32", "float16", "bfloat16"]


def gradients(f: Callable[..., Any], dy: Any, *given: Any) -> list[Any]:
    tensors = [tf.constant(x) for x in given]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = f(*tensors)
    return [g.numpy() for g in tape.gradient(y, tensors, tf.constant(dy))]


def draw(dtype: str, count: int, shape: Any = 1000) -> list[Any]:
    random = np.random.default_rng(7)
    return [(3 * random.standard_normal(shape)).astype(DTYPES[dtype]) for _ in range(count)]


@pytest.mark.parametrize("dtype", NARROW)
def test_first_gradients_are_rounded_once(dtype: str) -> None:
    dy, x, b = draw(dtype, 3)
    one = np.ones_like(x)
    assert same(gradients(st.silu, dy, x)[0], silu.silu_backward(dy, x))
    assert same(gradients(st.silu_derivative, dy, x)[0], silu.silu_double_backward(dy, one, x)[1])
    assert same(gradients(st.sigmoid, one, x)[0], silu.sigmoid_derivative(x))
    assert same(gradients(st.sigmoid, dy, x)[0], silu.swish_backward(dy, one, x)[1])
    assert same(tuple(gradients(st.swiglu, dy, x, b)), silu.swiglu_backward(dy, x, b))
    assert same(tuple(gradients(st.swish, dy, x, b)), silu.swish_backward(dy, x, b))
    assert same(
        tuple(gradients(st.swiglu_clamped, dy, x, b)), silu.swiglu_clamped_backward(dy, x, b)
    )
    assert same(gradients(st.relu, dy, x)[0], np.where(x > 0, dy, np.zeros_like(dy)))


@pytest.mark.parametrize("dtype", NARROW)
def test_the_second_gradient_of_silu_is_rounded_once(dtype: str) -> None:
    ddx, dy, x = draw(dtype, 3)
    assert same(
        tuple(gradients(st.silu_backward, ddx, dy, x)), silu.silu_double_backward(ddx, dy, x)
    )


def test_the_gradient_at_infinities_is_the_limit() -> None:
    x = np.array([-np.inf, np.inf], np.float32)
    assert gradients(st.silu, np.ones_like(x), x)[0].tolist() == [0.0, 1.0]


@pytest.mark.parametrize("shape", [(), (30,), (20, 1), (7, 1, 1), (1,)])
@pytest.mark.parametrize("dtype", NARROW)
def test_the_gradient_of_a_shared_beta_is_an_exact_sum(shape: tuple[int, ...], dtype: str) -> None:
    dy, x = draw(dtype, 2, (7, 20, 30))
    (beta,) = draw(dtype, 1, shape)
    dx, dbeta = gradients(st.swish, dy, x, beta)
    assert same(dx, silu.swish_backward(dy, x, beta)[0])
    exact = np.asarray(silu.swish_beta_gradient(dy, x, beta))
    rounded = exact.astype(np.float32).astype(DTYPES[dtype]) if dtype != "float64" else exact
    assert dbeta.shape == shape
    np.testing.assert_allclose(
        dbeta.astype(np.float64), rounded.astype(np.float64), rtol=2.0**-7, atol=0
    )
    if dtype in ("float64", "float32"):
        assert same(dbeta, exact.astype(DTYPES[dtype]))


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize(
    ("known", "shape"),
    [
        ((None, None), ()),
        ((None, None), (5,)),
        ((None, None), (4, 5)),
        (([None, 5], []), ()),
        (([None, 5], [5]), (5,)),
        (([None, 1], []), ()),
        (([4, 5], [None]), (5,)),
        (([4, 5], [None, 1]), (4, 1)),
        (([None, 5], [None, 5]), (4, 5)),
    ],
)
def test_unknown_shapes_change_no_bit(known: Any, shape: tuple[int, ...], rows: int) -> None:
    spec = tf.TensorSpec(known[0], tf.float32)

    @tf.function(input_signature=[spec, spec, tf.TensorSpec(known[1], tf.float32)])
    def gradient(dy: Any, x: Any, beta: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, beta])
            y = st.swish(x, beta)
        return tape.gradient(y, [x, beta], dy)

    whole = [4 if known[0] and known[0][0] == 4 else rows, 1 if known[0] == [None, 1] else 5]
    dy, x = draw("float32", 2, whole)
    (beta,) = draw(
        "float32", 1, [min(n, m) for n, m in zip(shape, whole[-len(shape) :], strict=False)]
    )
    got = [g.numpy() for g in gradient(dy, x, beta)]
    assert same(tuple(got), tuple(gradients(st.swish, dy, x, beta)))


def test_a_broadcast_input_gets_the_sum() -> None:
    a, dy = draw("float64", 2, (4, 5))
    (b,) = draw("float64", 1, (5,))
    da, db = gradients(st.swiglu, dy, a, b)
    assert same(da, silu.swiglu_backward(dy, a, b)[0])
    np.testing.assert_allclose(db, silu.swiglu_backward(dy, a, b)[1].sum(axis=0), rtol=1e-12)


SECOND: dict[str, tuple[Callable[..., Any], int]] = {
    "silu": (st.silu, 1),
    "sigmoid": (st.sigmoid, 1),
    "relu": (st.relu, 1),
    "swish": (st.swish, 2),
    "swiglu": (st.swiglu, 2),
}


@pytest.mark.parametrize("name", SECOND)
def test_second_gradients_agree_with_differences(name: str) -> None:
    f, count = SECOND[name]
    given = [tf.constant(x) for x in draw("float64", count, (3, 4))]
    if count == 2:
        given[1] = given[1][0]  # broadcast

    def gradient(*x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(*x)
            y = tf.reduce_sum(y * y)
        return tf.concat([tf.reshape(g, [-1]) for g in tape.gradient(y, x)], 0)

    for exact, difference in zip(*tf.test.compute_gradient(gradient, given), strict=True):
        np.testing.assert_allclose(exact, difference, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["sigmoid_derivative", "silu_derivative", "swish_beta_gradient"])
def test_gradients_of_derivatives_agree_with_differences(name: str) -> None:
    given = draw("float64", 3 if name == "swish_beta_gradient" else 1, (3, 4))
    if len(given) == 3:
        given[2] = given[2][0, 0]
    for exact, difference in zip(*tf.test.compute_gradient(getattr(st, name), given), strict=True):
        np.testing.assert_allclose(exact, difference, rtol=1e-5, atol=1e-5)


def test_a_third_gradient_of_silu_is_refused() -> None:
    x = tf.constant([0.5])
    with (
        tf.GradientTape() as third,
        tf.GradientTape() as second,
        tf.GradientTape() as first,
    ):
        for tape in (first, second, third):
            tape.watch(x)
        one = first.gradient(st.silu(x), x)
        two = second.gradient(one, x)
    assert two.numpy() == silu.silu_second_derivative(np.float32(0.5))
    with pytest.raises(NotImplementedError, match=r"silu_double_backward has no gradient here"):
        third.gradient(two, x)


def test_forward_mode_gives_the_same_derivative() -> None:
    x = tf.constant([-2.0, 0.5, 30.0])
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as forward:
        y = st.silu(x)
    assert same(forward.jvp(y).numpy(), silu.silu_derivative(x.numpy()))


def test_jacobians() -> None:
    x = tf.constant([-2.0, 0.5, 30.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = st.silu(x)
    jacobian = tape.jacobian(y, x).numpy()
    assert same(np.diagonal(jacobian), silu.silu_derivative(x.numpy()))
