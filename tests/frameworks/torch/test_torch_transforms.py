# SPDX-License-Identifier: Apache-2.0
"""torch.func's transforms, nested, beside the same of PyTorch's own expressions."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import torch
from operands import TENSORS, operator, tensors
from torch.func import grad, jacfwd, jacrev, jvp, linearize, vjp, vmap

import silu.torch


def expression(x: torch.Tensor) -> torch.Tensor:
    return x * torch.sigmoid(x)


def close(got: torch.Tensor, want: torch.Tensor) -> None:
    torch.testing.assert_close(got, want, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_every_nesting_of_jacobians(order: int) -> None:
    x = torch.randn(3, dtype=torch.float64)
    total = {f: (lambda x, f=f: (f(x) * x).sum()) for f in (silu.torch.silu, expression)}
    for nesting in itertools.product((jacrev, jacfwd), repeat=order):
        ours: Any = total[silu.torch.silu]
        theirs: Any = total[expression]
        for transform in nesting:
            ours, theirs = transform(ours), transform(theirs)
        close(ours(x), theirs(x))


@pytest.mark.parametrize("function", [silu.torch.silu, silu.torch.SiLU()])
def test_derivatives_along_a_line_to_third_order(function: Any) -> None:
    x, t = torch.randn(2, 5, dtype=torch.float64)

    def along(f: Any) -> Any:
        return lambda x: jvp(f, (x,), (t,))[1]

    ours, theirs = function, expression
    for _ in range(3):
        ours, theirs = along(ours), along(theirs)
        close(ours(x), theirs(x))


def test_vjp_and_linearize() -> None:
    x, t = torch.randn(2, 5, dtype=torch.float64)
    _, pull = vjp(silu.torch.silu, x)
    _, push = linearize(silu.torch.silu, x)
    assert torch.equal(pull(t)[0], silu.torch.silu_backward(t, x))
    assert torch.equal(push(t), silu.torch.silu_backward(t, x))


@pytest.mark.parametrize("name", TENSORS)
@pytest.mark.parametrize("dim", [0, -1])
def test_vmap_is_the_same_as_a_loop(name: str, dim: int) -> None:
    inputs = tensors(name, (3, 4), (4,), (3, 1), requires_grad=False)
    every = [range(2) for _ in inputs]
    for mapped in itertools.product(*every):
        if not any(mapped):
            continue
        in_dims = tuple(dim if each else None for each in mapped)
        stacked = [
            torch.stack([x, -x, 2 * x], dim) if each else x
            for x, each in zip(inputs, mapped, strict=True)
        ]
        got = vmap(operator(name), in_dims)(*stacked)
        single = [
            operator(name)(
                *(x.select(dim, i) if each else x for x, each in zip(stacked, mapped, strict=True))
            )
            for i in range(3)
        ]
        results = got if isinstance(got, tuple) else (got,)
        for m, result in enumerate(results):
            want = torch.stack([one[m] if isinstance(one, tuple) else one for one in single])
            assert torch.equal(result, want)


def test_per_sample_gradients() -> None:
    x = torch.randn(6, 4, dtype=torch.float64)
    beta = torch.tensor(1.3, dtype=torch.float64)

    def loss(swish: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
        return lambda beta, x: swish(x, beta).square().sum()

    ours = vmap(grad(loss(silu.torch.swish)), (None, 0))(beta, x)
    theirs = vmap(grad(loss(lambda x, beta: x * torch.sigmoid(beta * x))), (None, 0))(beta, x)
    close(ours, theirs)


def test_vmap_in_place() -> None:
    x = torch.randn(3, 4)
    want = silu.torch.silu(x)
    vmap(lambda x: silu.torch.silu(x, inplace=True), -1, -1)(x)
    assert torch.equal(x, want)
