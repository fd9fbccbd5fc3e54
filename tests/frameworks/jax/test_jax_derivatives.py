# SPDX-License-Identifier: Apache-2.0
"""Gradients are the library's functions, in every mode of differentiation and their mixtures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from common import DTYPES, inputs, operands, same
from jax.test_util import check_grads

import silu
import silu.jax

dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)
RANDOM = np.random.default_rng(5)
X = 2 * RANDOM.standard_normal((3, 4))
Y = 2 * RANDOM.standard_normal((3, 4))


def forward(f: Callable[..., Any], x: Any, t: Any) -> Any:
    return jax.jvp(f, (x,), (t,))[1]


def reverse(f: Callable[..., Any], x: Any, t: Any) -> Any:
    return jax.vjp(f, x)[1](t)[0]


@dtypes
@pytest.mark.parametrize("mode", [forward, reverse])
def test_the_gradient_of_silu_is_rounded_once(mode: Any, dtype: np.dtype[Any]) -> None:
    dy, x = operands("silu_backward", dtype, 5001)
    assert same(np.asarray(mode(silu.jax.silu, x, dy)), silu.silu_backward(dy, x))


@dtypes
@pytest.mark.parametrize("mode", [forward, reverse])
def test_the_gradient_of_sigmoid_is_rounded_once(mode: Any, dtype: np.dtype[Any]) -> None:
    dy, x = operands("silu_backward", dtype, 5001)
    like = silu.swish_backward(dy, np.ones_like(x), x)[1]
    assert same(np.asarray(mode(silu.jax.sigmoid, x, dy)), like)
    ones = np.ones_like(x)
    assert same(np.asarray(mode(silu.jax.sigmoid, x, ones)), silu.sigmoid_derivative(x))


@dtypes
@pytest.mark.parametrize("mode", [forward, reverse])
def test_the_gradient_of_relu_passes_or_does_not(mode: Any, dtype: np.dtype[Any]) -> None:
    dy, x = operands("silu_backward", dtype, 5001)
    slope = silu.relu_derivative(x)
    assert same(np.asarray(mode(silu.jax.relu, x, dy)), np.where(slope == 1, dy, slope))


@dtypes
def test_the_second_derivative_of_silu_is_rounded_once(dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, 1000)
    ones = np.ones_like(x)

    def first(mode: Any) -> Callable[..., Any]:
        return lambda x: mode(silu.jax.silu, x, ones)

    like = silu.silu_second_derivative(x)
    for inner in (forward, reverse):
        for outer in (forward, reverse):
            assert same(np.asarray(outer(first(inner), x, ones)), like)
    for mode in (forward, reverse):
        assert same(np.asarray(mode(silu.jax.silu_derivative, x, ones)), like)


@dtypes
def test_double_backward_of_silu_is_rounded_once(dtype: np.dtype[Any]) -> None:
    ddx, dy, x = operands("silu_double_backward", dtype, 2000)
    results = jax.vjp(silu.jax.silu_backward, dy, x)[1](ddx)
    assert same(tuple(map(np.asarray, results)), silu.silu_double_backward(ddx, dy, x))


@dtypes
@pytest.mark.parametrize("name", ["swish", "swiglu", "swiglu_clamped"])
def test_gradients_of_operators_are_rounded_once(name: str, dtype: np.dtype[Any]) -> None:
    dy, one, other = operands(f"{name}_backward", dtype, 2000)
    results = jax.vjp(getattr(silu.jax, name), one, other)[1](dy)
    like = getattr(silu, f"{name}_backward")(dy, one, other)
    assert same(tuple(map(np.asarray, results)), like)


def test_the_gradient_of_swiglu_is_one_call_that_saves_the_inputs_alone() -> None:
    result, pull = jax.vjp(silu.jax.swiglu, X, Y)
    saved = [x.shape for x in jax.tree.leaves(pull)]
    assert saved == [X.shape, Y.shape]
    module = jax.jit(pull).lower(result).compile().as_text()
    assert module is not None
    assert module.count("custom-call(") == 1


@pytest.mark.parametrize("shape", [(), (4,), (3, 1)])
@dtypes
def test_the_gradient_of_a_shared_beta_is_the_exact_sum(
    shape: tuple[int, ...], dtype: np.dtype[Any]
) -> None:
    dy, x = (RANDOM.standard_normal((3, 4)).astype(dtype) for _ in range(2))
    beta = np.ones(shape, dtype)
    dx, dbeta = jax.vjp(silu.jax.swish, x, beta)[1](dy)
    assert same(np.asarray(dx), silu.swish_backward(dy, x, beta)[0])
    like = np.asarray(silu.swish_beta_gradient(dy, x, beta)).astype(dtype)
    assert same(np.asarray(dbeta), like)


SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...], int]] = {
    "sigmoid": (silu.jax.sigmoid, (X,), 1),
    "silu": (silu.jax.silu, (X,), 2),
    "silu_derivative": (silu.jax.silu_derivative, (X,), 1),
    "silu_backward": (silu.jax.silu_backward, (Y, X), 1),
    "swish": (silu.jax.swish, (X, Y), 2),
    "swish, shared beta": (silu.jax.swish, (X, np.float64(1.5)), 2),
    "swish, beta by row": (silu.jax.swish, (X, Y[:, :1]), 2),
    "swish_backward": (silu.jax.swish_backward, (Y, X, Y), 1),
    "swish_beta_gradient": (silu.jax.swish_beta_gradient, (Y, X, Y[0]), 1),
    "swiglu": (silu.jax.swiglu, (X, Y), 2),
    "swiglu, broadcast": (silu.jax.swiglu, (X, Y[0]), 2),
    "swiglu_backward": (silu.jax.swiglu_backward, (Y, X, Y), 1),
    "swiglu_clamped": (silu.jax.swiglu_clamped, (X, Y), 1),
    "swiglu_packed": (silu.jax.swiglu_packed, (X,), 2),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_agree_with_differences(name: str) -> None:
    function, given, order = SMOOTH[name]
    check_grads(function, given, order, modes=("fwd", "rev"), atol=1e-5, rtol=1e-5)


def test_hessians_are_the_same_in_every_mixture_of_modes() -> None:
    def loss(v: Any) -> Any:
        return silu.jax.swiglu(v, silu.jax.swish(v[::-1], v[0])).sum() + silu.jax.silu(v).sum()

    v = jnp.asarray(X[0])
    hessians = [
        jax.jit(outer(inner(loss)))(v)
        for outer in (jax.jacfwd, jax.jacrev)
        for inner in (jax.jacfwd, jax.jacrev)
    ]
    for hessian in hessians:
        np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(hessian, hessians[0], rtol=1e-12, atol=1e-14)


BEYOND = {
    "silu": (3, "silu_second_derivative has no derivative here: the library has silu,"),
    "silu_derivative": (2, "silu_second_derivative has no derivative"),
    "silu_second_derivative": (1, "silu_second_derivative has no derivative"),
    "sigmoid": (2, "sigmoid_derivative has no derivative here: the library has sigmoid and"),
    "sigmoid_derivative": (1, "sigmoid_derivative has no derivative"),
}


@pytest.mark.parametrize("name", BEYOND)
@pytest.mark.parametrize("derive", [jax.jacfwd, jax.jacrev])
def test_beyond_what_there_is_the_error_says_what_there_is(name: str, derive: Any) -> None:
    order, message = BEYOND[name]
    function = getattr(silu.jax, name)
    for _ in range(order - 1):
        function = derive(function)
    assert np.isfinite(function(0.5))
    with pytest.raises(NotImplementedError, match=f"^silu.jax: {message}"):
        derive(function)(0.5)


def test_relu_has_derivatives_of_every_order() -> None:
    third = jax.grad(jax.grad(jax.grad(silu.jax.relu)))
    assert third(0.5) == 0
