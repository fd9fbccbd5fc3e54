# SPDX-License-Identifier: Apache-2.0
"""Derivatives of all orders beside finite differences, and those of one rounding by their bits."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from common import FUNCTIONS as UFUNCS
from common import bits
from operands import FUNCTIONS, TENSORS, operator, tensors
from torch_common import Dispatched

import silu
import silu.torch

SHAPES = {
    "one shape": ((3, 4),),
    "broadcast": ((4,), (3, 1), (1, 4)),
    "a number": ((2, 3), (2, 3), ()),
}


@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("name", TENSORS)
def test_first_derivatives_in_both_modes(name: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    inputs = tensors(name, *shapes)
    assert torch.autograd.gradcheck(
        operator(name),
        inputs,
        check_forward_ad=True,
        check_batched_grad=True,
        check_batched_forward_grad=True,
    )


@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("name", TENSORS)
def test_second_derivatives(name: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    inputs = tensors(name, *shapes)
    assert torch.autograd.gradgradcheck(operator(name), inputs, check_fwd_over_rev=True)


@pytest.mark.parametrize("name", [name for name in TENSORS if not name.startswith("relu")])
def test_third_derivatives(name: str) -> None:
    inputs = tensors(name, (3,))

    def gradients(*inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs = operator(name)(*inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        total = sum((y * y).sum() for y in outputs)  # so that no gradient is linear
        return torch.autograd.grad(total, inputs, create_graph=True)

    assert torch.autograd.gradgradcheck(gradients, inputs)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_gradient_has_the_bits_of_the_numpy_package(dtype: torch.dtype) -> None:
    x, dy = (3 * torch.randn(2, 5000, dtype=torch.float64)).to(dtype)
    x.requires_grad_()
    silu.torch.silu(x).backward(dy)
    assert torch.equal(x.grad, silu.torch.silu_backward(dy, x.detach()))
    if dtype is not torch.bfloat16:
        expected = silu.silu_backward(dy.numpy(), x.detach().numpy())
        np.testing.assert_array_equal(bits(x.grad.numpy()), bits(expected))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16])
def test_second_gradient_has_the_bits_of_the_numpy_package(dtype: torch.dtype) -> None:
    x, dy, ddx = (torch.randn(3, 5000, dtype=torch.float64)).to(dtype)
    x.requires_grad_()
    dy.requires_grad_()
    (dx,) = torch.autograd.grad(silu.torch.silu(x), x, dy, create_graph=True)
    ddy, dx2 = torch.autograd.grad(dx, (dy, x), ddx)
    expected = silu.silu_double_backward(*(each.detach().numpy() for each in (ddx, dy, x)))
    for got, want in zip((ddy, dx2), expected, strict=True):
        np.testing.assert_array_equal(bits(got.numpy()), bits(want))


def saved_bytes(function: object, *inputs: torch.Tensor) -> tuple[int, list[int]]:
    """How many bytes autograd saves of storages, and where these lie."""
    storages: dict[int, int] = {}

    def pack(x: torch.Tensor) -> torch.Tensor:
        storage = x.untyped_storage()
        storages[storage.data_ptr()] = storage.nbytes()
        return x

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        function(*inputs)  # type: ignore[operator]
    return sum(storages.values()), list(storages)


@pytest.mark.parametrize("name", TENSORS)
def test_nothing_is_saved_but_the_inputs(name: str) -> None:
    inputs = tensors(name, (64, 64))
    count, places = saved_bytes(operator(name), *inputs)
    assert set(places) <= {x.data_ptr() for x in inputs}
    assert count <= sum(x.nbytes for x in inputs)


def test_swiglu_saves_fewer_bytes_than_the_expression() -> None:
    a, b = torch.randn(2, 64, 64).unbind()
    a.requires_grad_()
    b.requires_grad_()
    ours, _ = saved_bytes(silu.torch.swiglu, a, b)
    aten, _ = saved_bytes(lambda a, b: torch.nn.functional.silu(a) * b, a, b)
    # The expression keeps silu(a), too; a and b are views of one storage.
    assert aten - ours == a.nbytes


def test_gradient_of_a_shared_beta_depends_on_no_thread() -> None:
    x, dy = torch.randn(2, 300, 401)
    beta = torch.tensor(1.3)
    before = torch.get_num_threads()
    try:
        found = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.append(silu.torch.swish_beta_gradient(dy, x, beta).item())
    finally:
        torch.set_num_threads(before)
    assert found == [float(silu.swish_beta_gradient(dy.numpy(), x.numpy(), beta.numpy()))] * 3


@pytest.mark.parametrize("shape", [(), (5,), (4, 1), (3, 1, 1), (3, 4, 5), (1, 4, 1)])
def test_gradient_of_a_beta_of_any_shape(shape: tuple[int, ...]) -> None:
    x, dy = torch.randn(2, 3, 4, 5)
    beta = torch.randn(shape)
    expected = silu.swish_beta_gradient(dy.numpy(), x.numpy(), beta.numpy())
    for layout in (x, x.transpose(0, 2).contiguous().transpose(0, 2), x.flip(0).flip(0)):
        got = silu.torch.swish_beta_gradient(dy, layout, beta)
        np.testing.assert_array_equal(got.numpy(), expected)


@pytest.mark.parametrize("trained", [False, True])
def test_only_a_trained_beta_costs_a_sum(trained: bool) -> None:
    x = torch.randn(5, requires_grad=True)
    beta = torch.tensor(0.5, requires_grad=trained)
    with Dispatched() as called:
        silu.torch.swish(x, beta).backward(torch.ones(5))
    assert ("silu::swish_beta_gradient" in called.names) == trained


def test_functions_are_all_of_the_registry() -> None:
    assert set(FUNCTIONS) == set(UFUNCS)
