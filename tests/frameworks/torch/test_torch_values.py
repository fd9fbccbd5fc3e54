# SPDX-License-Identifier: Apache-2.0
"""silu.torch gives the bits of the NumPy package, in every function, dtype and shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from common import BROADCASTS, DTYPES, FUNCTIONS, OPERATORS, inputs, operands, outputs, same
from torch_common import TORCH_DTYPES, array, tensor

import silu
import silu.torch

N = 100003  # more than torch gives to one thread, and no multiple of a vector

dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)


def ours(name: str, *given: Any) -> tuple[Any, ...]:
    tensors = (x if isinstance(x, float) else tensor(x) for x in given)
    return tuple(array(y) for y in outputs(getattr(silu.torch, name)(*tensors)))


@dtypes
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_the_bits_of_numpy(name: str, dtype: np.dtype[Any]) -> None:
    x = inputs(dtype, N)
    assert same(ours(name, x), outputs(FUNCTIONS[name](x)))


@dtypes
@pytest.mark.parametrize("name", FUNCTIONS)
def test_in_place_they_are_the_same(name: str, dtype: np.dtype[Any]) -> None:
    x = tensor(inputs(dtype, N))
    expected = getattr(silu.torch, name)(x)
    version = x._version
    y = getattr(silu.torch, name)(x, inplace=True)
    assert y is x
    assert x._version == version + 1
    assert same(array(x), array(expected))


@dtypes
@pytest.mark.parametrize("name", OPERATORS)
def test_operators_have_the_bits_of_numpy(name: str, dtype: np.dtype[Any]) -> None:
    given = operands(name, dtype, N)
    assert same(ours(name, *given), outputs(getattr(silu, name)(*given)))


@dtypes
def test_gradients_have_the_bits_of_numpy(dtype: np.dtype[Any]) -> None:
    dy, x = operands("silu_backward", dtype, N)
    leaf = tensor(x).requires_grad_()
    silu.torch.silu(leaf).backward(tensor(dy))
    assert leaf.grad is not None
    assert same(array(leaf.grad), silu.silu_backward(dy, x))


@pytest.mark.parametrize(("one", "other"), BROADCASTS)
def test_operands_broadcast_as_in_numpy(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    random = np.random.default_rng(1)
    a, b = random.standard_normal(one), random.standard_normal(other)
    assert same(ours("swiglu", a, b)[0], np.asarray(silu.swiglu(a, b)))
    assert same(ours("swish_backward", a, b, a), silu.swish_backward(a, b, a))
    assert same(ours("silu_double_backward", b, a, b), silu.silu_double_backward(b, a, b))


@pytest.mark.parametrize("name", ["float64", "float32", "bfloat16"])
@pytest.mark.parametrize("shape", [(), (7,), (5, 1), (3, 1, 1), (3, 5, 7), (1, 1, 1)])
def test_betas_gradient_is_that_of_numpy(name: str, shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(2)
    dy, x = (random.standard_normal((3, 5, 7)).astype(DTYPES[name]) for _ in range(2))
    beta = random.standard_normal(shape).astype(DTYPES[name])
    expected = np.asarray(silu.swish_beta_gradient(dy, x, beta))
    assert same(ours("swish_beta_gradient", dy, x, beta)[0], expected)
    order = (2, 0, 1)  # of memory: nothing changes
    back = tuple(np.argsort(order))
    turned = [tensor(each.transpose(order)).permute(back) for each in (dy, x)]
    assert same(array(silu.torch.swish_beta_gradient(*turned, tensor(beta))), expected)


def test_betas_gradient_of_many_elements_depends_on_no_threads() -> None:
    random = np.random.default_rng(3)
    dy, x = random.standard_normal((2, 64, 5000)).astype(np.float32)
    for beta in (np.float32(1.5), random.standard_normal((64, 1)).astype(np.float32)):
        assert same(
            ours("swish_beta_gradient", dy, x, beta)[0],
            np.asarray(silu.swish_beta_gradient(dy, x, beta)),
        )


@pytest.mark.parametrize("name", TORCH_DTYPES)
def test_number_of_threads_changes_no_bit(name: str) -> None:
    x = tensor(inputs(DTYPES[name], N))
    y = array(silu.torch.silu(x))
    threads = torch.get_num_threads()
    try:
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            assert same(array(silu.torch.silu(x)), y)
    finally:
        torch.set_num_threads(threads)


def test_other_dtypes_are_refused_by_name() -> None:
    with pytest.raises(RuntimeError, match=r"silu.*'Int'.*dtype of x.*allowed: Double"):
        silu.torch.silu(torch.ones(3, dtype=torch.int32))
    with pytest.raises(RuntimeError, match=r"swiglu: b is Double and a is Float.*one dtype"):
        silu.torch.swiglu(torch.ones(3), torch.ones(3, dtype=torch.float64))


def test_shapes_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(
        RuntimeError, match=r"swiglu: the size of a \(3\) .* b \(4\) .* dimension 1"
    ):
        silu.torch.swiglu(torch.ones(2, 3), torch.ones(4))


def test_parameters_that_are_not_allowed_are_refused() -> None:
    with pytest.raises(RuntimeError, match=r"swiglu_clamped: .*limit"):
        silu.torch.swiglu_clamped(torch.ones(2), torch.ones(2), limit=-1.0)


def test_no_tensor_is_a_type_error() -> None:
    with pytest.raises((TypeError, RuntimeError), match=r"silu.*x"):
        silu.torch.silu([1.0])  # type: ignore[arg-type]


def test_other_devices_are_refused() -> None:
    sparse = torch.ones(3).to_sparse()
    with pytest.raises(NotImplementedError, match="SparseCPU"):
        silu.torch.silu(sparse)
