# SPDX-License-Identifier: Apache-2.0
"""The operators give the bits of the NumPy package, which the certificates speak of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from common import DTYPES, FUNCTIONS, OPERATORS, inputs, operands, outputs, same

import silu
import silu.tensorflow as st


def arrays(result: Any) -> tuple[Any, ...]:
    return tuple(tensor.numpy() for tensor in outputs(result))


def test_every_function_of_the_package_is_there() -> None:
    assert {*FUNCTIONS, *OPERATORS, "swish_beta_gradient", "swiglu_packed"} == set(st.__all__)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_the_bits_of_numpys(name: str, dtype: str) -> None:
    x = inputs(DTYPES[dtype], 20_000)
    assert same(getattr(st, name)(x).numpy(), FUNCTIONS[name](x))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", OPERATORS)
def test_operators_have_the_bits_of_numpys(name: str, dtype: str) -> None:
    given = operands(name, DTYPES[dtype], 4000)
    assert same(arrays(getattr(st, name)(*given)), getattr(silu, name)(*given))


@pytest.mark.parametrize("name", ["silu", "swiglu_backward"])
def test_threads_change_nothing(name: str) -> None:
    random = np.random.default_rng(1)
    count = 3 if name == "swiglu_backward" else 1
    given = [random.standard_normal(1 << 20).astype(np.float32) for _ in range(count)]
    assert same(arrays(getattr(st, name)(*given)), getattr(silu, name)(*given))


@pytest.mark.parametrize(
    "shapes",
    [
        [(3, 4), (4,)],
        [(3, 1), (1, 4)],
        [(), (2, 3)],
        [(2, 3, 4), (3, 1)],
        [(2, 1, 4), (5, 1, 3, 1)],
        [(0, 3), (3,)],
        [(), ()],
        [(4, 1, 1), (4, 5, 6)],
    ],
)
def test_shapes_broadcast_as_in_numpy(shapes: list[tuple[int, ...]]) -> None:
    random = np.random.default_rng(2)
    given = [random.standard_normal(shape) for shape in shapes]
    assert same(st.swish(*given).numpy(), silu.swish(*given))
    assert same(
        arrays(st.swiglu_backward(*given, given[0])), silu.swiglu_backward(*given, given[0])
    )


@pytest.mark.parametrize("shape", [(), (30,), (20, 1), (1, 30), (7, 20, 30), (7, 1, 1)])
@pytest.mark.parametrize("dtype", ["float64", "bfloat16"])
def test_the_sum_for_a_shared_beta_has_the_bits_of_numpys(
    shape: tuple[int, ...], dtype: str
) -> None:
    random = np.random.default_rng(3)
    dy, x, beta = (
        random.standard_normal(each).astype(DTYPES[dtype])
        for each in ((7, 20, 30), (7, 20, 30), shape)
    )
    assert same(st.swish_beta_gradient(dy, x, beta).numpy(), silu.swish_beta_gradient(dy, x, beta))


def test_the_sum_is_the_same_in_many_threads() -> None:
    random = np.random.default_rng(4)
    dy, x = random.standard_normal((2, 300_000)).astype(np.float32)
    beta = np.float32(1.5)
    assert same(st.swish_beta_gradient(dy, x, beta).numpy(), silu.swish_beta_gradient(dy, x, beta))


def test_parameters_keep_float64s_digits() -> None:
    a, b = np.random.default_rng(5).standard_normal((2, 1000))
    alpha, limit = 1.7020000000001, 1.0000000000001
    given = silu.swiglu_clamped(a, b, alpha, limit)
    assert same(st.swiglu_clamped(a, b, alpha, limit).numpy(), given)
    assert not same(st.swiglu_clamped(a, b, np.float32(alpha), limit).numpy(), given)


def test_packed_inputs() -> None:
    ab = np.random.default_rng(6).standard_normal((4, 6, 3)).astype(np.float32)
    for layout in ("halves", "interleaved"):
        assert same(st.swiglu_packed(ab, layout, 1).numpy(), silu.swiglu_packed(ab, layout, 1))
    with pytest.raises(ValueError, match=r"swiglu_packed: the length of ab along axis -1 is 3"):
        st.swiglu_packed(ab)


def test_numbers_take_the_dtype_of_tensors() -> None:
    x = tf.constant([1.0, 2.0], tf.bfloat16)
    assert st.swish(x, 1.5).dtype == tf.bfloat16
    assert st.silu_backward(2, x).dtype == tf.bfloat16
    assert st.silu(1.0).dtype == tf.float32
    assert st.swish(np.float64(1.0), 2.0).dtype == tf.float64
    assert st.silu(tf.Variable([1.0], dtype=tf.float16)).dtype == tf.float16


def test_other_dtypes_are_refused() -> None:
    with pytest.raises(TypeError, match=r"silu: the dtype of x is int32; allowed: float64, float"):
        st.silu(tf.constant([1]))
    with pytest.raises(TypeError, match=r"swiglu: the dtype of b is float64, and that of another"):
        st.swiglu(tf.constant(1.0), tf.constant(1.0, tf.float64))
    with pytest.raises(TypeError, match=r"silu: the dtype of x is complex64"):
        st.silu(tf.constant(1j, tf.complex64))


def test_shapes_that_do_not_fit_are_refused() -> None:
    x, beta = tf.zeros([2, 3]), tf.zeros([7])
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match=r"swish: beta has shape \[7\], and the inputs before it \[2, 3\]; allowed: shapes",
    ):
        st.swish(x, beta)
    with pytest.raises(ValueError, match=r"lengths 3 and 7 along axis -1; allowed: equal ones"):
        tf.function(st.swish)(x, beta)


def test_parameters_are_checked() -> None:
    with pytest.raises(ValueError, match=r"swiglu_clamped: limit is -1; allowed: 0 to infinity"):
        st.swiglu_clamped(1.0, 1.0, limit=-1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="alpha or limit is not a number"):
        st.swiglu_clamped(1.0, 1.0, alpha=1e300)  # infinity in float32
