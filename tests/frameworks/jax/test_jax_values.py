# SPDX-License-Identifier: Apache-2.0
"""silu.jax gives the bits of the NumPy package, in every function, dtype and shape."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from common import BROADCASTS, DTYPES, FUNCTIONS, OPERATORS, bits, inputs, operands, outputs, same

import silu
import silu.jax

N = 100003  # more than one task of the pool, and no multiple of a vector

dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)


def ours(name: str, *given: Any) -> tuple[Any, ...]:
    return tuple(np.asarray(each) for each in outputs(getattr(silu.jax, name)(*given)))


@dtypes
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_the_bits_of_numpy(name: str, dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, N)
    assert same(ours(name, x)[0], FUNCTIONS[name](x))


@dtypes
@pytest.mark.parametrize("name", OPERATORS)
def test_operators_have_the_bits_of_numpy(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, N)
    assert same(ours(name, *given), outputs(getattr(silu, name)(*given)))


@pytest.mark.parametrize(("one", "other"), BROADCASTS)
def test_operands_broadcast_as_in_numpy(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    random = np.random.default_rng(1)
    a, b = random.standard_normal(one), random.standard_normal(other)
    assert same(ours("swiglu", a, b)[0], silu.swiglu(a, b))
    assert same(ours("swish_backward", a, b, a), silu.swish_backward(a, b, a))
    assert same(ours("silu_double_backward", b, a, b), silu.silu_double_backward(b, a, b))


@pytest.mark.parametrize("beta", [(), (1,), (6,), (5, 1), (4, 1, 1), (4, 5, 6), (1, 5, 1)])
@dtypes
def test_beta_gradient_is_the_exact_sum_rounded(
    beta: tuple[int, ...], dtype: np.dtype[Any]
) -> None:
    random = np.random.default_rng(2)
    dy, x = (random.standard_normal((4, 5, 6)).astype(dtype) for _ in range(2))
    betas = random.standard_normal(beta).astype(dtype)
    like = silu.swish_beta_gradient(dy, x, betas)
    result = np.asarray(silu.jax.swish_beta_gradient(dy, x, betas))
    assert result.shape == beta
    if dtype == np.float64:
        assert np.array_equal(result, like)
    # ml_dtypes rounds float64 to float32 first; on so few random numbers that is the same.
    assert np.array_equal(bits(result), bits(np.asarray(like).astype(dtype)))


def test_beta_gradient_of_many_elements_is_split_without_a_trace() -> None:
    random = np.random.default_rng(3)
    dy, x = random.standard_normal((2, 300001))
    assert silu.jax.swish_beta_gradient(dy, x, 1.5) == silu.swish_beta_gradient(dy, x, 1.5)


@pytest.mark.parametrize(
    ("dy", "value"),
    [([1.0, np.nan], np.nan), ([np.inf, 1.0], np.inf), ([np.inf, -np.inf], np.nan), ([], 0.0)],
)
def test_beta_gradient_of_special_values(dy: list[float], value: float) -> None:
    result = silu.jax.swish_beta_gradient(np.array(dy), np.ones(len(dy)), 1.0)
    assert np.array_equal(result, value, equal_nan=True)


def test_nothing_is_flushed_to_zero() -> None:
    x = np.array([2.0**-149, -(2.0**-149), -89.0], np.float32)
    assert same(np.asarray(silu.jax.silu(x)), silu.silu(x))
    assert np.asarray(silu.jax.silu(x))[0] == np.float32(2.0**-149)


@pytest.mark.parametrize("layout", ["halves", "interleaved"])
@pytest.mark.parametrize("axis", [-1, 0])
def test_packed_layouts(layout: Any, axis: int) -> None:
    ab = np.random.default_rng(4).standard_normal((6, 8)).astype(np.float32)
    like = silu.swiglu_packed(ab, layout, axis)
    assert same(np.asarray(silu.jax.swiglu_packed(ab, layout, axis)), like)


@pytest.mark.parametrize(
    "dtype", [np.bool_, np.int8, np.uint16, np.int32, np.int64, jnp.bfloat16, np.float32]
)
def test_dtypes_promote_as_in_jax(dtype: Any) -> None:
    x = np.ones(3, dtype)
    assert silu.jax.silu(x).dtype == jnp.exp(x).dtype
    assert (
        silu.jax.swiglu(x, np.ones(3, np.float32)).dtype
        == jnp.logaddexp(x, np.ones(3, np.float32)).dtype
    )
    assert silu.jax.swiglu(x, 2.5).dtype == jnp.logaddexp(x, 2.5).dtype


def test_other_dtypes_are_refused_by_name() -> None:
    with pytest.raises(TypeError) as error:
        silu.jax.swiglu(1.0, np.ones(2, np.complex64))
    assert str(error.value) == (
        "swiglu: the dtype of b is complex64; allowed: float64, float32, float16, bfloat16,"
        " float8_e4m3fn, float8_e5m2; bool and integers, as in jax.numpy.exp"
    )


def test_shapes_that_do_not_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^swiglu: the shapes are a \(2,\), b \(3,\); allowed: "):
        silu.jax.swiglu(np.ones(2), np.ones(3))


@pytest.mark.parametrize("options", [{"alpha": np.inf}, {"limit": -1.0}, {"limit": np.nan}])
def test_parameters_are_refused_as_in_numpy(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"^swiglu_clamped: ") as error:
        silu.jax.swiglu_clamped(1.0, 2.0, **options)
    with pytest.raises(ValueError, match=r"^swiglu_clamped: ") as like:
        silu.swiglu_clamped(1.0, 2.0, **options)
    assert str(error.value) == str(like.value)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, jnp.bfloat16, jnp.float8_e5m2])
def test_no_copy_stands_in_the_compiled_module(dtype: Any) -> None:
    x = jnp.ones((128, 256), dtype)
    for function, given in [(silu.jax.silu, (x,)), (silu.jax.swiglu, (x, x[0]))]:
        module = jax.jit(function).lower(*given).compile().as_text()
        assert module is not None
        assert module.count("custom-call(") == 1
        assert not any(
            word in module for word in (" copy(", " convert(", " broadcast(", " fusion(")
        )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_donated_argument_is_overwritten(name: str) -> None:
    function = jax.jit(functools.partial(getattr(silu.jax, name), in_place=True), donate_argnums=0)
    x = jnp.linspace(-9, 9, 100003)
    like, place = FUNCTIONS[name](np.asarray(x)), x.unsafe_buffer_pointer()
    compiled = function.lower(x).compile()
    assert " copy(" not in (compiled.as_text() or "")
    assert compiled.memory_analysis().temp_size_in_bytes == 0
    y = function(x)
    assert x.is_deleted()
    assert y.unsafe_buffer_pointer() == place
    assert same(np.asarray(y), like)


def test_an_argument_that_is_kept_is_not_overwritten() -> None:
    x = jnp.linspace(-9, 9, 1001)
    before = np.array(x)
    y = silu.jax.silu(x, in_place=True)
    assert same(np.asarray(x), before)
    assert same(np.asarray(y), silu.silu(before))
    gradient = jax.grad(lambda x: silu.jax.silu(x, in_place=True).sum())(x)
    assert same(np.asarray(gradient), silu.silu_derivative(before))
