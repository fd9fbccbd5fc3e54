# SPDX-License-Identifier: Apache-2.0
"""Whoever watches PyTorch's calls sees ours: modes, subclasses, tracers, hooks, checkpoints."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from operands import TENSORS, operator, tensors
from torch.fx.experimental.proxy_tensor import make_fx
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map_only
from torch.utils.checkpoint import checkpoint
from torch_common import Dispatched

import silu.torch


class Wrapped(torch.Tensor):
    """A tensor inside another, as DTensor and quantised tensors are."""

    inner: torch.Tensor
    calls: list[str]

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> Wrapped:
        self = torch.Tensor._make_wrapper_subclass(
            cls, inner.shape, strides=inner.stride(), dtype=inner.dtype
        )
        self.inner = inner
        return self

    def __repr__(self) -> str:  # type: ignore[override]
        return f"Wrapped({self.inner!r})"

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        args, kwargs = tree_map_only(Wrapped, lambda x: x.inner, (args, kwargs or {}))
        return tree_map_only(torch.Tensor, Wrapped, func(*args, **kwargs))


@pytest.mark.parametrize("requires_grad", [False, True])
def test_dispatch_modes_see_our_operators(requires_grad: bool) -> None:
    x = torch.randn(5, requires_grad=requires_grad)
    with Dispatched() as seen:
        y = silu.torch.silu(x)
        if requires_grad:
            y.sum().backward()
    assert "silu::silu" in seen.names
    assert ("silu::silu_backward" in seen.names) == requires_grad


def test_function_modes_see_our_operators() -> None:
    class Called(TorchFunctionMode):
        def __init__(self) -> None:
            super().__init__()
            self.names: list[str] = []

        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            self.names.append(str(func))
            return func(*args, **(kwargs or {}))

    with Called() as seen:
        silu.torch.silu(torch.randn(5))
    assert any("silu" in name for name in seen.names)


@pytest.mark.parametrize("name", TENSORS)
def test_wrapper_subclasses_keep_their_type_and_their_gradients(name: str) -> None:
    inputs = tensors(name, (3, 4))
    wrapped = [Wrapped(x.detach()).requires_grad_() for x in inputs]
    want, got = operator(name)(*inputs), operator(name)(*wrapped)
    want, got = (x if isinstance(x, tuple) else (x,) for x in (want, got))
    for one, other in zip(got, want, strict=True):
        assert type(one) is Wrapped
        assert torch.equal(one.inner, other)
    gradients = torch.autograd.grad(want[-1].sum(), inputs)
    for one, other in zip(torch.autograd.grad(got[-1].sum(), wrapped), gradients, strict=True):
        assert type(one) is Wrapped
        assert torch.equal(one.inner, other)


def test_plain_subclasses_keep_their_type() -> None:
    class Named(torch.Tensor):
        pass

    x = torch.randn(5).as_subclass(Named)
    y = silu.torch.silu(x)
    assert type(y) is Named
    assert torch.equal(y.as_subclass(torch.Tensor), silu.torch.silu(x.as_subclass(torch.Tensor)))


def test_parameters_are_inputs() -> None:
    p = torch.nn.Parameter(torch.randn(5))
    silu.torch.silu(p).sum().backward()
    assert torch.equal(p.grad, silu.torch.silu_derivative(p.detach()))


@pytest.mark.parametrize("use_reentrant", [False, True])
def test_checkpoint_gives_the_same_bits(use_reentrant: bool) -> None:
    x = torch.randn(100, requires_grad=True)
    network = torch.nn.Sequential(silu.torch.SiLU(), silu.torch.Swish(0.5), silu.torch.SwiGLU())
    (want,) = torch.autograd.grad(network(x).sum(), x)
    checkpoint(network, x, use_reentrant=use_reentrant).sum().backward()
    assert torch.equal(x.grad, want)


def test_hooks_on_saved_tensors_are_called() -> None:
    x = torch.randn(5, requires_grad=True)
    packed: list[torch.Tensor] = []
    with torch.autograd.graph.saved_tensors_hooks(lambda x: packed.append(x) or x, lambda x: x):
        y = silu.torch.silu(x)
    assert len(packed) == 1
    y.sum().backward()


def test_an_input_changed_before_backward_is_told() -> None:
    x = torch.randn(5, requires_grad=True)
    h = x * 1
    y = silu.torch.silu(h)
    h.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_a_graph_is_freed_and_can_be_retained() -> None:
    x = torch.randn(5, requires_grad=True)
    y = silu.torch.silu(x)
    for _ in range(2):
        y.sum().backward(retain_graph=True)
    assert torch.equal(x.grad, 2 * silu.torch.silu_derivative(x.detach()))
    y.sum().backward()
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        y.backward(torch.ones(5))


def test_symbolic_and_jit_traces_give_the_same_bits() -> None:
    network = torch.nn.Sequential(silu.torch.SiLU(), silu.torch.DSiLU(), silu.torch.SwiGLU()).eval()
    x = torch.randn(3, 4)
    symbolic = torch.fx.symbolic_trace(network[:2])  # SwiGLU asks for a size, which has no value
    assert torch.equal(symbolic(x), network[:2](x))
    with pytest.warns(match=r"torch\.jit\.trace"):
        traced = torch.jit.trace(network, torch.randn(2, 4))
    assert torch.equal(traced(x), network(x))


def gated(x: torch.Tensor) -> torch.Tensor:
    return silu.torch.silu_derivative(silu.torch.swiglu(silu.torch.silu(x), x))


NAMES = ["silu", "swiglu", "silu_derivative"]


@pytest.mark.parametrize("pre_dispatch", [False, True])
def test_functional_traces_name_our_operators(pre_dispatch: bool) -> None:
    graph = make_fx(gated, pre_dispatch=pre_dispatch)(torch.randn(3)).graph
    called = [node.target for node in graph.nodes if node.op == "call_function"]
    assert called == [getattr(torch.ops.silu, name).default for name in NAMES]


def test_jit_traces_name_our_operators() -> None:
    with pytest.warns(match=r"torch\.jit\.trace"):
        graph = torch.jit.trace(gated, torch.randn(3)).graph
    called = [node.kind() for node in graph.nodes()]
    assert called == [f"silu::{name}" for name in NAMES]


def test_inference_mode() -> None:
    with torch.inference_mode():
        x = torch.randn(5)
        y = silu.torch.silu(x)
        assert y.is_inference()
        silu.torch.silu(x, inplace=True)
        assert torch.equal(x, y)
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved"):
        silu.torch.swish(y, torch.tensor(1.0, requires_grad=True))


def test_anomaly_mode_names_the_operator() -> None:
    x = torch.tensor([torch.inf], requires_grad=True)
    with torch.autograd.set_detect_anomaly(True, check_nan=True):
        y = silu.torch.silu(x)
        with pytest.raises(RuntimeError, match="nan"), pytest.warns(match="forward call"):
            (y - y).sum().backward(torch.tensor(torch.nan))
