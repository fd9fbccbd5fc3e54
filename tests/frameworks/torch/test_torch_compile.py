# SPDX-License-Identifier: Apache-2.0
"""torch.compile, torch.export, make_fx and the checks that PyTorch has for operators."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from operands import NUMBERS, TENSORS, operator, tensors
from torch._subclasses import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx

import silu.torch


@pytest.mark.parametrize("name", TENSORS)
def test_opcheck(name: str) -> None:
    op = getattr(torch.ops.silu, name).default
    for shapes in (((3, 4),), ((3, 4), (3, 1), (4,))):
        torch.library.opcheck(op, (*tensors(name, *shapes), *NUMBERS.get(name, ())))


def test_opcheck_in_place() -> None:
    torch.library.opcheck(torch.ops.silu.silu_.default, (torch.randn(3, 4),))


class Network(torch.nn.Module):
    """Every module, and in place."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(6, 8),
            silu.torch.SiLU(inplace=True),
            silu.torch.Swish(0.5),
            silu.torch.DSiLU(),
            silu.torch.Swish(per_channel=8),
            silu.torch.SwiGLU(),
            silu.torch.SwiGLU("interleaved", limit=0.5),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def step(network: Any, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
    x = x.clone().requires_grad_()
    y = network(x)
    return (y, *torch.autograd.grad(y.square().sum(), (x, *network.parameters())))


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("backend", ["aot_eager", "inductor"])
def test_compiled_without_a_break(backend: str, dynamic: bool) -> None:
    torch._dynamo.reset()
    network = Network()
    compiled = torch.compile(network, fullgraph=True, backend=backend, dynamic=dynamic)
    for batch in (5, 7):
        x = torch.randn(batch, 6)
        for got, want in zip(step(compiled, x), step(network, x), strict=True):
            torch.testing.assert_close(got, want)


def test_compiled_activation_has_the_same_bits() -> None:
    torch._dynamo.reset()
    x = torch.randn(1000)
    compiled = torch.compile(silu.torch.silu, fullgraph=True)
    assert torch.equal(compiled(x), silu.torch.silu(x))


@pytest.mark.parametrize("strict", [False, True])
def test_export(strict: bool) -> None:
    network = Network().eval()
    x = torch.randn(5, 6)
    batch = torch.export.Dim("batch", min=2)
    program = torch.export.export(network, (x,), dynamic_shapes=((batch, None),), strict=strict)
    assert "silu.silu" in str(program.graph)
    other = torch.randn(9, 6)
    torch.testing.assert_close(program.module()(other), network(other))


def layouts() -> dict[str, torch.Tensor]:
    x = torch.randn(2, 3, 4, 5)
    return {
        "contiguous": x,
        "channels last": x.to(memory_format=torch.channels_last),
        "permuted": x.permute(2, 0, 3, 1),
        "strided": x[:, :, ::2, 1::2],
        "expanded": x[:, :1].expand(2, 6, 4, 5),
        "zero-size": x[:, :0],
        "zero-dim": torch.tensor(0.5),
        "volume": torch.randn(2, 3, 4, 5, 6).to(memory_format=torch.channels_last_3d),
    }


@pytest.mark.parametrize("kind", layouts())
@pytest.mark.parametrize("name", ["silu", "swiglu", "silu_double_backward"])
def test_fake_results_lie_as_real_ones(name: str, kind: str) -> None:
    x = layouts()[kind]
    real = operator(name)(*(x,) * TENSORS[name])
    with FakeTensorMode() as mode:
        fake = operator(name)(*(mode.from_tensor(x),) * TENSORS[name])
    for got, want in zip(
        fake if isinstance(fake, tuple) else (fake,),
        real if isinstance(real, tuple) else (real,),
        strict=True,
    ):
        assert (got.shape, got.stride(), got.dtype) == (want.shape, want.stride(), want.dtype)


@pytest.mark.parametrize("dtype", [torch.int64, torch.complex64, torch.bool])
def test_fake_refusals_are_those_of_real_ones(dtype: torch.dtype) -> None:
    x = torch.ones(3, dtype=dtype)
    with pytest.raises(RuntimeError, match="silu"):
        silu.torch.silu(x)
    with FakeTensorMode() as mode, pytest.raises(RuntimeError, match="silu"):
        silu.torch.silu(mode.from_tensor(x))


def test_a_traced_gradient_is_a_graph_of_our_operators() -> None:
    def gradient(x: torch.Tensor) -> torch.Tensor:
        return torch.func.grad(lambda x: silu.torch.silu(x).sum())(x)

    x = torch.randn(4, dtype=torch.float64)
    graph = make_fx(gradient)(x)
    assert "torch.ops.silu.silu_backward" in graph.code
    # and can be differentiated, which deepmd-kit#5393 could not do with aten's
    torch.testing.assert_close(
        torch.func.jacrev(graph)(x).diagonal(), silu.torch.silu_second_derivative(x)
    )
